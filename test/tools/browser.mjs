// Finds a Chromium, or installs one. The order: CHROME_PATH, the usual places, what Playwright has downloaded,
// a Playwright download, Debian's package (as root only), and then one error that says what was tried.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, main, ToolError } from './install.mjs';

function usualPlaces() {
  const { env, platform } = process;
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Google Chrome Canary'];
    return ['/Applications', join(env.HOME ?? '', 'Applications')].flatMap((at) => apps.map((app) => `${at}/${app}.app/Contents/MacOS/${app}`));
  }
  if (platform === 'win32') {
    const inside = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((at) => at !== undefined).flatMap((at) => inside.map((file) => join(at, file)));
  }
  const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const folders = new Set([...(env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/snap/bin'].filter((at) => at !== ''));
  return [...folders].flatMap((at) => commands.map((command) => join(at, command)));
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false; // no such file: not a Linux of that kind
  }
}

/** The path of a Chromium to run. `install: false` only looks. Throws one ToolError when there is none. */
export async function findBrowser({ install = true } = {}) {
  const tried = [];
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    tried.push(`CHROME_PATH=${named}: no such file`);
  } else {
    tried.push('CHROME_PATH: not set');
  }
  const places = usualPlaces();
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  tried.push(`the usual places (${places.length} paths): nothing there`);
  const own = await playwrightsOwn();
  if (existsSync(own)) return own;
  if (install) {
    console.log('No Chromium found; trying Playwright\'s download …');
    const download = spawnSync(process.execPath, [binary('playwright'), 'install', 'chromium'], { encoding: 'utf8', timeout: 300_000 });
    if (download.status === 0 && existsSync(own)) return own;
    tried.push(`playwright install chromium: ${lastLine(download)}`);
    if (process.platform === 'linux' && process.getuid?.() === 0 && isDebian()) {
      console.log('… and Debian\'s package (apt-get install chromium) …');
      const options = { encoding: 'utf8', timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
      let apt = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
      if (apt.status !== 0 && spawnSync('apt-get', ['update'], options).status === 0) {
        apt = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
      }
      if (apt.status === 0 && existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
      tried.push(`apt-get install chromium: ${lastLine(apt)}`);
    } else {
      tried.push('apt-get install chromium: only tried as root on Debian or Ubuntu');
    }
  }
  throw new ToolError(`No Chromium could be found or installed.\n${tried.map((line) => `  - ${line}`).join('\n')}\nInstall Chrome, Chromium or Edge, or set CHROME_PATH to its executable.`);
}

function lastLine({ error, stderr, stdout, status }) {
  if (error !== undefined) return error.message;
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return `exit code ${status}${lines.length === 0 ? '' : `, ${lines.at(-1).slice(0, 200)}`}`;
}

/**
 * The flags for a test run: no calls home, audio without a gesture, a fake microphone (from `microphoneWav` where
 * given, else a beep), and no sandbox only where it cannot work (root) or is not wanted (CI).
 * @param {{ microphoneWav?: string | undefined }} [options]
 * @returns {string[]}
 */
export function browserArgs({ microphoneWav } = {}) {
  return [
    ...(process.getuid?.() === 0 || process.env.CI !== undefined ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    ...(microphoneWav === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphoneWav}`]),
  ];
}

/**
 * A Playwright browser on the found Chromium; the caller closes it.
 * @param {{ microphoneWav?: string | undefined, args?: readonly string[], headless?: boolean }} [options]
 */
export async function launchBrowser({ microphoneWav, args = [], headless = true } = {}) {
  const { chromium } = await import('playwright');
  return chromium.launch({ executablePath: await findBrowser(), headless, args: [...browserArgs({ microphoneWav }), ...args] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(async () => console.log(await findBrowser()));
