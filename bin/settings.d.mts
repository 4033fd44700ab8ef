export function environmentWith(settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
