import { type Job, tellsTheSame } from '../domain/job.ts';
import type { View } from '../view.ts';
import type { Engine, Ready } from './engine.ts';
import { letterOfEvent } from './event-letter.ts';
import type { Letter } from './letter.ts';
import { listenTo } from './listening.ts';
import { completeLetter, errorLetter } from './message.ts';
import { end as endMember, type Outbox, show as showMember } from './outbox.ts';

/** One subscription of one socket. `free` is called when its last frame has gone out, never after it has left. */
export type Member = { readonly id: string; readonly outbox: Outbox; readonly free: () => void };

/** Everyone who runs the same operation: each state is read, executed and serialised once for all of them. */
export interface Group {
  add(member: Member): void;
  /** The last to leave ends the group, at once. */
  remove(member: Member): void;
}

/** Whether one state is shown by the very letter that shows another: it tells the same of a job, which was only looked at in between. */
function isShownAlike(one: unknown, other: unknown): boolean {
  return one === other || (isJob(one) && isJob(other) && tellsTheSame(one, other));
}

/** Jobs and accounts are what is watched. */
function isJob(state: unknown): state is Job {
  return typeof state === 'object' && state !== null && 'pollAt' in state;
}

/** Opens a group on an operation that watches a state; `onEnd` is called once, when nobody may join it any more. */
export function openGroup(engine: Engine, operation: Ready, onEnd: () => void): Group {
  const members = new Set<Member>();
  /** Those who have been shown nothing yet. */
  const joining = new Set<Member>();
  let states: View<unknown> | null = null;
  let newest: Letter | null = null;
  let isOpen = true;

  async function run(ready: Ready): Promise<void> {
    const listened = listenTo(ready.args);
    const events = await engine.subscribe(ready);
    if ('refused' in events) return end(errorLetter(events.refused));
    // What watches a state is a view.
    states = events as View<unknown>;
    // Everyone may have left meanwhile.
    if (!isOpen) return states.close();
    let last: unknown = null;
    const present = (letter: Letter, state: unknown) => {
      const isNews = state !== last;
      last = state;
      newest = letter;
      show(letter, isNews);
    };
    states.each(
      (state) => {
        if (newest !== null && !listened.hasAsked() && isShownAlike(last, state)) return present(newest, state);
        const letter = letterOfEvent(engine, listened, state);
        if (!(letter instanceof Promise)) return present(letter, state);
        return letter.then((made) => present(made, state));
      },
      (error) => end(error === null ? completeLetter() : errorLetter(engine.refuse(error).refused)),
    );
  }

  /** News go to all; a state that is shown once more, only to those who have joined since. */
  function show(letter: Letter, isNews: boolean): void {
    if (isNews) for (const { outbox, id } of members) showMember(outbox, id, letter);
    for (const member of joining) {
      showMember(member.outbox, member.id, letter);
      members.add(member);
    }
    joining.clear();
  }

  function end(letter: Letter): void {
    close();
    // Whoever joined after the last state was read is still owed it.
    if (newest !== null) show(newest, false);
    for (const { outbox, id, free } of [...members, ...joining]) endMember(outbox, id, letter, free);
  }

  function close(): void {
    if (isOpen) onEnd();
    isOpen = false;
    states?.close();
  }

  run(operation).catch((error: unknown) => {
    end(errorLetter(engine.refuse(error).refused));
  });

  return {
    add(member) {
      joining.add(member);
      // Where the first state is still on its way it is for them, too.
      if (newest !== null) states?.refresh();
    },
    remove(member) {
      members.delete(member);
      joining.delete(member);
      if (members.size === 0 && joining.size === 0) close();
    },
  };
}
