/** How messages look: in bubbles on two sides, or as rows of one column, which hold more on a page. */
export type Density = 'bubbles' | 'rows';

export const densityCookie = 'foyer.density';

/** Anything but rows is bubbles. */
export const densityOf = (text: string | undefined): Density => (text === 'rows' ? 'rows' : 'bubbles');
