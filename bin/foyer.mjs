#!/usr/bin/env node
/** What every npm script runs first: `node bin/foyer.mjs <command>`. Node built-ins only. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Foyer needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  // Only now: the other files use what older versions of Node do not know.
  const { main } = await import('./commands.mjs');
  await main(process.argv.slice(2));
}
