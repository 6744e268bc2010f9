#!/usr/bin/env node
// `npm start` and the `reelgate` command run this file: it rebuilds what is out of date, then calls main in the same process, so that
// signals reach it. It is plain, old JavaScript: it runs before anything is built and must parse on an old Node to refuse it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entry, refreshDashboard, root, staleDist } from './build.js';

// npm may be stopped during the build. Its child notices that by a changed parent.
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

/** Exits with a sentence if a package is missing; throws any other error. */
function endWithoutPackage(error) {
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' ? /Cannot find package '([^']+)'/.exec(error.message) : null;
  if (missing === null) throw error;
  end(`The package ${missing[1]} is not installed: run "npm install" first.`);
}

/** Why this Node is too old for Reelgate, or null. */
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
