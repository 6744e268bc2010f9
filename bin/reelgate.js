#!/usr/bin/env node
// What `npm start` and the `reelgate` command run: brings what is built up to date with its sources, then calls main in this same process, so
// that signals reach it. Plain JavaScript of an old kind, because it runs before anything is built and has to parse on a Node that it then refuses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entry, refreshDashboard, root, staleDist } from './build.js';

// npm may be told to stop while this builds: its end is then seen by the parent being another one.
const parent = process.ppid;
const obstacle = oldNode() ?? staleDist();
if (obstacle !== null) end(obstacle);
refreshDashboard();
if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) process.exit(0);
const { main } = await import(pathToFileURL(entry).href).catch(endWithoutPackage);
await main(process.argv.slice(2));

function end(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Ends with a sentence where a package is missing; whatever else goes wrong is thrown on. */
function endWithoutPackage(error) {
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' ? /Cannot find package '([^']+)'/.exec(error.message) : null;
  if (missing === null) throw error;
  end(`The package ${missing[1]} is not installed: run "npm install" first.`);
}

/** Why this Node cannot run Reelgate, or null. */
function oldNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [neededMajor, neededMinor] = numbersOf(engines.node);
  const [major, minor] = numbersOf(process.versions.node);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return null;
  return `Reelgate needs Node ${neededMajor}.${neededMinor} or newer; this is Node ${process.versions.node}.`;
}

function numbersOf(version) {
  return version.match(/\d+/g).map(Number);
}
