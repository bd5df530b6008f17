// `npm run firefox`: the built pages in Firefox, driven over WebDriver BiDi: the guard page's findings, typed turns with
// workers, shared memory and the database, under each content security policy; a reload that remembers. With two sound
// devices of PulseAudio, a loudspeaker and a microphone that plays a recording, a spoken turn too.
// Firefox is looked for on the PATH (FIREFOX_PATH names another); its driver is the one of test/runtimes/package.json.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureInstalled, main, npm, root, ToolError } from './install.mjs';

const PREFERENCES = {
  'media.navigator.permission.disabled': true, // the microphone without a question
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
};

function findFirefox() {
  const { FIREFOX_PATH: named, PATH = '' } = process.env;
  if (named !== undefined) return named;
  return PATH.split(delimiter).flatMap((folder) => ['firefox', 'firefox-esr'].map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** Makes two devices that lead nowhere; gives how to take them away again, or `undefined` where there is no PulseAudio. */
function soundDevices() {
  const pactl = (...args) => spawnSync('pactl', args, { encoding: 'utf8' });
  if (pactl('info').status !== 0) return undefined;
  const before = ['sink', 'source'].map((kind) => [kind, pactl(`get-default-${kind}`).stdout.trim()]);
  const modules = ['sluice_speaker', 'sluice_microphone'].map((name) => pactl('load-module', 'module-null-sink', `sink_name=${name}`).stdout.trim());
  pactl('set-default-sink', 'sluice_speaker');
  pactl('set-default-source', 'sluice_microphone.monitor');
  return () => {
    for (const [kind, name] of before) if (name !== '') pactl(`set-default-${kind}`, name);
    for (const module of modules) pactl('unload-module', module);
  };
}

const say = (recording) => spawn('paplay', ['--device=sluice_microphone', join(root, `test/fixtures/speech/${recording}.wav`)], { stdio: 'ignore' });

/** Waits until a question about the page is answered with yes. (The driver's own waiting compiles a function, which a policy refuses.) */
async function until(page, question, argument) {
  for (let left = 300; left > 0; left--) {
    if (await page.evaluate(question, argument)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new ToolError(`Waited 30 s in vain for ${question}. The page says: ${await page.evaluate(() => document.querySelector('main')?.innerText)}`);
}

/** Types a text into the assistant and gives the text of the answer. */
async function ask(page, text) {
  const answers = await page.$$eval('#transcript .assistant', (all) => all.length);
  await page.type('#message', text);
  await page.click('#send');
  await until(page, (n) => document.querySelectorAll('#transcript .assistant').length > n, answers);
  await until(page, () => /Tap to talk|Listening|Typing only/.test(document.querySelector('#state').textContent));
  return page.$$eval('#transcript .assistant', (all) => all.at(-1).textContent);
}

function expect(what, got, wanted) {
  if (!wanted.test(got)) throw new ToolError(`${what}: expected ${wanted}, got ${JSON.stringify(got)}.`);
  console.log(`  ok  ${what}`);
}

await main(async () => {
  ensureInstalled();
  const program = findFirefox();
  if (program === undefined) throw new ToolError('No Firefox on the PATH. Install one (Debian: apt-get install firefox-esr), or name it with FIREFOX_PATH.');
  const folder = join(root, 'test/runtimes');
  if (!existsSync(join(folder, 'node_modules/puppeteer-core')) && npm(['ci', '--omit=optional', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' }).status !== 0) throw new ToolError('npm ci in test/runtimes failed.');
  const { default: puppeteer } = await import(join(folder, 'node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js'));
  const { buildWeb } = await import('./web.mjs');
  const { serve } = await import('./serve.mjs');
  const pages = await buildWeb();
  const removeDevices = soundDevices();
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: program, headless: true, defaultViewport: null, extraPrefsFirefox: PREFERENCES });
  try {
    console.log(await browser.version());
    for (const [isolation, csp] of [[true, 'wasm'], [false, 'none'], [true, 'strict']]) {
      const site = await serve({ mounts: pages, isolation, csp });
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      const problems = [];
      page.on('pageerror', (error) => /^Content-Security-Policy: .*blocked WebAssembly/.test(error.message) || problems.push(error.message)); // the refusal is what the policy is for
      const named = (what) => `${what} (${isolation ? 'shared memory' : 'ports'}, policy ${csp})`;
      try {
        await page.goto(site.url);
        await until(page, () => document.documentElement.dataset.ready === 'true');
        expect(named('a typed turn'), await ask(page, 'what is seven times eight'), /56|fifty-six/);
        expect(named('a number that is hidden'), await ask(page, 'call 555-123-4567') && await page.$eval('#transcript', (all) => all.textContent), /\*\*\*-\*\*\*-\*\*\*\*/);
        await ask(page, 'remember my locker is number twelve');
        await page.reload();
        await until(page, () => document.documentElement.dataset.ready === 'true');
        await page.click('#tab-memory');
        await until(page, () => /locker/.test(document.querySelector('#panel-memory').textContent));
        expect(named('what was said, after a reload'), await page.$eval('#panel-memory', (panel) => panel.textContent), /locker is number twelve/);
        if (csp === 'strict') expect(named('voice, which needs WebAssembly'), await page.$eval('#talk', (button) => String(button.disabled)), /true/);
        else if (removeDevices !== undefined) {
          await page.click('#talk');
          await until(page, () => /Listening/.test(document.querySelector('#state').textContent));
          say('time');
          await until(page, () => /It is \d+:\d+/.test(document.querySelector('#transcript').textContent) && /Listening/.test(document.querySelector('#state').textContent));
          expect(named('a spoken turn'), await page.$eval('#transcript', (all) => all.textContent), /what time is it/);
        }
        await page.goto(`${site.url}01-guard/`);
        await until(page, () => /email/.test(document.body.textContent) && /injection/.test(document.body.textContent));
        expect(named('the guard page'), await page.$eval('body', (body) => body.textContent), /credit card/);
        expect(named('errors of the pages'), problems.join('; '), /^$/);
      } finally {
        await context.close();
        await site.close();
      }
    }
    if (removeDevices === undefined) console.log('  not tried: a spoken turn, because there is no PulseAudio here (pulseaudio --start)');
  } finally {
    await browser.close();
    removeDevices?.();
  }
});
