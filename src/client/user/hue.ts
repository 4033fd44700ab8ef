import { pictureKinds } from '@/shared/limits';

/** A person's or a room's hue, 0..359, always the same for the same id. */
export function hueOf(id: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16_777_619);
  return (hash >>> 0) % 360;
}

export const nameColour = (id: string): string => `oklch(var(--name-l) var(--name-c) ${hueOf(id)})`;

/** The hue of one of the pictures to choose from, evenly around the circle. */
export const hueOfPicture = (picture: number): number => Math.round((picture * 360) / pictureKinds);
