/** The talk button: tap to listen hands-free, or hold while speaking; by mouse, touch and keyboard. */
import type { VoiceState } from 'sluice/voice';
import { byId } from './dom.js';

/** What the button does. */
export interface TalkActions {
  start(): Promise<void>;
  stop(): Promise<void>;
  hold(): void;
  release(): void;
  setMode(mode: 'handsFree' | 'hold'): void;
}

/** The control. */
export interface TalkControl {
  show(state: VoiceState): void;
  /** Listens, as after a press of the button; resolves to whether it does. */
  begin(): Promise<boolean>;
  /** Listening was ended by something other than the button. */
  stopped(): void;
  /** Says why talking is not possible; typing still is. */
  disable(reason: string): void;
  enable(): void;
}

const WORDS: Readonly<Record<VoiceState, string>> = {
  idle: 'Tap to talk',
  listening: 'Listening…',
  hearing: 'I hear you…',
  thinking: 'Thinking…',
  speaking: 'Speaking. Talk over me to interrupt.',
  closed: 'Closed',
};

/** How the user has chosen to talk. */
export function chosenMode(): 'handsFree' | 'hold' {
  return document.querySelector<HTMLInputElement>('input[name=mode]:checked')?.value === 'hold' ? 'hold' : 'handsFree';
}

/** Wires the button. */
export function createTalkControl(actions: TalkActions): TalkControl {
  const button = byId<HTMLButtonElement>('talk');
  const words = byId('state');
  let listening = false;
  let starting: Promise<boolean> = Promise.resolve(false);
  let held = false;
  let disabled: string | undefined = 'Getting ready…';
  let state: VoiceState = 'idle';

  const render = (): void => {
    button.disabled = disabled !== undefined;
    button.setAttribute('aria-pressed', String(listening));
    button.setAttribute('aria-label', chosenMode() === 'hold' ? 'Hold to talk' : listening ? 'Stop listening' : 'Start listening');
    button.dataset['state'] = state;
    words.textContent = disabled ?? (chosenMode() === 'hold' && (state === 'idle' || state === 'listening') ? 'Hold the button while you speak' : WORDS[state]);
  };
  const begin = (): Promise<boolean> => {
    if (listening) return starting;
    listening = true;
    render();
    const settle = (listens: boolean): boolean => {
      listening &&= listens;
      render();
      return listening;
    };
    starting = actions.start().then(() => settle(true), () => settle(false)); // `start` has told the user why it failed
    return starting;
  };
  const press = async (): Promise<void> => {
    if (held || disabled !== undefined) return;
    held = true;
    if ((await begin()) && held) actions.hold();
  };
  const letGo = (): void => {
    if (!held) return;
    held = false;
    actions.release();
  };

  button.addEventListener('click', async () => {
    if (chosenMode() === 'hold') return;
    if (!listening) await begin();
    else {
      listening = false;
      render();
      await actions.stop();
    }
  });
  button.addEventListener('pointerdown', (event) => {
    if (chosenMode() !== 'hold') return;
    button.setPointerCapture(event.pointerId);
    void press();
  });
  button.addEventListener('pointerup', letGo);
  button.addEventListener('pointercancel', letGo);
  button.addEventListener('keydown', (event) => {
    if (chosenMode() === 'hold' && (event.key === ' ' || event.key === 'Enter') && !event.repeat) void press();
  });
  button.addEventListener('keyup', (event) => {
    if (event.key === ' ' || event.key === 'Enter') letGo();
  });
  button.addEventListener('blur', letGo);
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=mode]')) {
    radio.addEventListener('change', () => {
      actions.setMode(chosenMode());
      render();
    });
  }
  render();
  return {
    show(next) {
      state = next;
      render();
    },
    begin: () => (disabled === undefined ? begin() : Promise.resolve(false)),
    stopped() {
      listening = false;
      render();
    },
    disable(reason) {
      disabled = reason;
      listening = false;
      render();
    },
    enable() {
      disabled = undefined;
      render();
    },
  };
}
