import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { byteCaps } from '../../../src/backend/byteBudget.ts';
import type { FailureRow } from '../../../src/backend/failureRow.ts';
import { lookInterval } from '../../../src/backend/announcedEnd.ts';
import { detectionRules } from '../../../src/backend/detect.ts';
import { healthPoll, ollamaDefaultTokens, ollamaMaximumTokens } from '../../../src/backend/localServer.ts';
import { messageLength } from '../../../src/backend/messageText.ts';
import { modelListRules } from '../../../src/backend/models.ts';
import { namedRows } from '../../../src/backend/namedRows.ts';
import { preparation } from '../../../src/backend/preparedSource.ts';
import { anotherTemperature } from '../../../src/backend/protocol.ts';
import { reasoningTokens } from '../../../src/backend/reasoningModel.ts';
import { scrubLengths } from '../../../src/backend/scrub.ts';
import { estimatedTimeCap, quotaResetCap, retryDelayCap } from '../../../src/backend/retryDelay.ts';
import { contentRows, leftOver, statusRows } from '../../../src/backend/statusRows.ts';
import { detailRows, wordRows } from '../../../src/backend/wordRows.ts';
import { jitterCap } from '../../../src/base/random.ts';
import { stepsOfBin } from '../../../src/dashboard/answerFold.ts';
import { feedDefaults } from '../../../src/dashboard/feed.ts';
import { foldBounds } from '../../../src/dashboard/fold.ts';
import { decisionsShown } from '../../../src/dashboard/rolloutFeed.ts';
import { mostRows } from '../../../src/dashboard/useFold.ts';
import { contextDefaults } from '../../../src/context/contextGathering.ts';
import { definitionBounds } from '../../../src/context/definitionText.ts';
import { verdictBounds } from '../../../src/context/secretVerdicts.ts';
import { rankingBounds } from '../../../src/context/windowRanking.ts';
import { lookupBounds } from '../../../src/context/lookups.ts';
import { queryReach } from '../../../src/context/query.ts';
import { recentEditBounds } from '../../../src/context/recentEdits.ts';
import { errorReach, maximumOpenFiles, pieceScores } from '../../../src/context/sources.ts';
import { steadyDefaults } from '../../../src/context/steadySelection.ts';
import { symbolReach } from '../../../src/context/symbolsNear.ts';
import { windowBounds } from '../../../src/context/windows.ts';
import { apiBounds } from '../../../src/vscode/apiInput.ts';
import { flagFileBytes } from '../../../src/rollout/assignment.ts';
import { manifestBytes } from '../../../src/rollout/manifestRules.ts';
import { flagServerBounds } from '../../../src/rollout/ofrepFetch.ts';
import { benchmarkDefaults } from '../../../src/evaluation/benchmarkDefaults.ts';
import { ownPositionDefaults } from '../../../src/evaluation/ownPositions.ts';
import { breakerDefaults } from '../../../src/guard/breaker.ts';
import { concurrencyDefaults } from '../../../src/guard/concurrencyLimit.ts';
import { coolDownDefaults } from '../../../src/guard/coolDown.ts';
import { crashDefaults } from '../../../src/guard/crashMarker.ts';
import { growthDefaults } from '../../../src/guard/growth.ts';
import { gateDefaults } from '../../../src/guard/levelGate.ts';
import { keysBeforeWatch } from '../../../src/guard/pressureGuard.ts';
import { pressureDefaults, pressureThresholds } from '../../../src/guard/pressureWatch.ts';
import { silenceDefaults } from '../../../src/guard/silence.ts';
import { silentFailureFloor, tripRules } from '../../../src/guard/verdict.ts';
import { baselineDefaults } from '../../../src/health/baseline.ts';
import { offlineDefaults } from '../../../src/health/offline.ts';
import { retirementDefaults } from '../../../src/health/retirement.ts';
import { memoryDefaults } from '../../../src/health/recordMemory.ts';
import { healthDefaults } from '../../../src/health/healthDefaults.ts';
import { troubleDefaults } from '../../../src/health/latencyTrouble.ts';
import { usualDefaults } from '../../../src/health/usual.ts';
import { hostDefaults } from '../../../src/guard/hostWatch.ts';
import { charactersPerTurn } from '../../../src/local/documentFeed.ts';
import { firstCharacters, sliceCharacters, slicePlaces } from '../../../src/local/indexSession.ts';
import { maxLiveCharacters } from '../../../src/local/liveDocument.ts';
import { changeDefaults } from '../../../src/local/changeBatch.ts';
import { mostKnown } from '../../../src/local/knownSources.ts';
import { maxDataBytes, maxFileBytes } from '../../../src/local/sourceName.ts';
import { looksOfSlice, readAttempts } from '../../../src/local/sourceQueue.ts';
import { mostNewFolders, relistAfter } from '../../../src/local/workspaceFeed.ts';
import { listingDefaults } from '../../../src/local/workspaceListing.ts';
import { closerChances } from '../../../src/local/closers.ts';
import { learningDefaults } from '../../../src/local/localLearning.ts';
import { leastChances } from '../../../src/local/sensitivity.ts';
import { snippetChances } from '../../../src/local/voters.ts';
import { maxFileCharacters } from '../../../src/local/sourceText.ts';
import { storeBounds } from '../../../src/local/storeBounds.ts';
import { newFilesUpTo, sampledFrom, sampledLines } from '../../../src/local/tokenStore.ts';
import { keepDefaults, restartDefaults, threadHeapMegabytes } from '../../../src/local/indexSupervisor.ts';
import { answerWithin, hangsAfter, startWithin } from '../../../src/local/workerClient.ts';
import { journalDefaults } from '../../../src/journal/journalFiles.ts';
import { columnNames, journalVersion } from '../../../src/journal/recordLine.ts';
import { loadAfter, mostPending } from '../../../src/vscode/lateRecording.ts';
import { searchReach } from '../../../src/observation/acceptedText.ts';
import { keptDefaults } from '../../../src/observation/keptWatch.ts';
import { observationDefaults } from '../../../src/observation/suggestionLedger.ts';
import { maximumCandidates } from '../../../src/pipeline/candidates.ts';
import { debounceDefaults } from '../../../src/pipeline/debounce.ts';
import { lookEvery } from '../../../src/pipeline/generation.ts';
import { gatherAhead, keepRunning } from '../../../src/pipeline/keystroke.ts';
import { cacheBytes, cacheTimeToLive } from '../../../src/pipeline/predictions.ts';
import { rejectionsKept } from '../../../src/pipeline/rejections.ts';
import { requestLimits } from '../../../src/pipeline/requestRate.ts';
import { rhythmDefaults } from '../../../src/pipeline/rhythm.ts';
import { servedKept } from '../../../src/pipeline/served.ts';
import { speculationDefaults } from '../../../src/pipeline/speculation.ts';
import { maximumStops } from '../../../src/prompt/fim.ts';
import { contextBudgetDefaults } from '../../../src/prompt/contextBudget.ts';
import { promptRoomDefaults } from '../../../src/prompt/promptRoom.ts';
import { promptShapeDefaults } from '../../../src/prompt/promptShape.ts';
import { steadyStartDefaults } from '../../../src/prompt/steadyStart.ts';
import { tokenMeterDefaults } from '../../../src/prompt/tokenMeter.ts';
import { hedgeDefaults } from '../../../src/router/hedgeBudget.ts';
import { ignoreBounds } from '../../../src/privacy/ignoreRules.ts';
import { leastEntropy } from '../../../src/privacy/ownSecretRules.ts';
import { softDeadlineBounds } from '../../../src/router/router.ts';
import { stickinessDefaults } from '../../../src/router/routeOrder.ts';
import { headerRules } from '../../../src/settings/parseHeaders.ts';
import { backendRules, deadlineRules, flagIntervalRule } from '../../../src/settings/schema.ts';
import { pauseChoices, pauseMinutes } from '../../../src/ui/menu.ts';
import { maximumModelLength } from '../../../src/vscode/eligibility.ts';
import { pageDefaults } from '../../../src/statuspage/statusPages.ts';
import { redrawDefaults } from '../../../src/ui/tooltip.ts';
import { maximumFilesOff } from '../../../src/vscode/fileSwitch.ts';
import { firstLook } from '../../../src/vscode/lookForOthers.ts';
import { ledgerBytes, storeShares } from '../../../src/domain/byteStore.ts';
import { tokenBounds } from '../../../src/domain/shape.ts';
import { textBounds } from '../../../src/vscode/requestText.ts';
import { snippetBounds } from '../../../src/vscode/snippetLoader.ts';
import { linesOf } from './failureTable.ts';

const textOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** The cells of each table row whose first cell is one name in code style. */
function rowsOf(text: string): readonly (readonly [name: string, ...cells: string[]])[] {
  return text.split('\n').flatMap((line) => {
    const [name, ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const bare = /^`([^`]+)`$/.exec(name ?? '')?.[1];
    return bare === undefined ? [] : [[bare, ...cells] as [string, ...string[]]];
  });
}

/** The part of a document below a heading, up to the next heading of any level. */
function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  assert.ok(start >= 0, `the heading "${heading}" is there`);
  const rest = text.slice(start + heading.length + 2);
  return rest.slice(0, /\n#+ /.exec(rest)?.index ?? rest.length);
}

/** A constant that its file keeps to itself: a number or a product of numbers. */
function constantIn(file: string, name: string): number {
  const found = new RegExp(`const ${name}(?:: \\w+)? = ([\\d_. *]+);`).exec(textOf(file))?.[1];
  assert.ok(found, `${file} has the constant ${name}`);
  return found.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '').trim()), 1);
}

/** Nested numbers under dotted names; what is no number is left out. */
function figures(name: string, value: unknown): [string, number][] {
  if (typeof value === 'number') return [[name, value]];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => figures(`${name}.${key}`, inner));
}

const inCode = new Map<string, number>([
  ...Object.entries(deadlineRules).map(([name, rule]): [string, number] => [`deadlines.${name}`, rule.default]),
  ...figures('benchmark', benchmarkDefaults),
  ...figures('ownPositions', ownPositionDefaults),
  ...figures('breaker', breakerDefaults),
  ...figures('trip', tripRules),
  ...figures('coolDown', coolDownDefaults),
  ...figures('retryDelayCap', retryDelayCap),
  ...figures('quotaResetCap', quotaResetCap),
  ...figures('estimatedTimeCap', estimatedTimeCap),
  ...figures('jitterCap', jitterCap),
  ...figures('messageLength', messageLength),
  ['plainTextLength', constantIn('src/backend/errorBody.ts', 'plainTextLength')],
  ...figures('retirement', retirementDefaults),
  ...figures('memory', memoryDefaults),
  ...figures('concurrency', concurrencyDefaults),
  ...figures('silence', silenceDefaults),
  ...figures('silentFailureFloor', silentFailureFloor),
  ['grace', constantIn('src/guard/attemptRun.ts', 'grace')],
  ...figures('softDeadline', softDeadlineBounds),
  ...figures('stickiness', stickinessDefaults),
  ...figures('hedge', hedgeDefaults),
  ...figures('context', contextBudgetDefaults),
  ['loadPatience', constantIn('src/contextStep.ts', 'loadPatience')],
  ...figures('gathering', contextDefaults),
  ...figures('maximumOpenFiles', maximumOpenFiles),
  ['maximumImports', constantIn('src/context/importPaths.ts', 'maximumImports')],
  ['importReach', constantIn('src/context/importPaths.ts', 'reach')],
  ['readBound', constantIn('src/vscode/contextView.ts', 'readBound')],
  ...figures('symbols', symbolReach),
  ...figures('definition', definitionBounds),
  ...figures('pieceScores', pieceScores),
  ...figures('errors', errorReach),
  ...figures('recentEdits', recentEditBounds),
  ['maximumPairs', constantIn('src/context/lineDiff.ts', 'maximumPairs')],
  ...figures('lookups', lookupBounds),
  ...figures('windows', windowBounds),
  ...figures('ranking', rankingBounds),
  ...figures('secrets', verdictBounds),
  ['usualSize', constantIn('src/context/windowRanking.ts', 'usualSize')],
  ...figures('query', queryReach),
  ['nearLines', constantIn('src/context/query.ts', 'nearLines')],
  ...figures('steady', steadyDefaults),
  ...figures('promptRoom', promptRoomDefaults),
  ['contextStep', constantIn('src/prompt/promptRoom.ts', 'contextStep')],
  ...figures('promptShape', promptShapeDefaults),
  ...figures('steadyStart', steadyStartDefaults),
  ...figures('tokenMeter', tokenMeterDefaults),
  ...figures('crash', crashDefaults),
  ...figures('api', apiBounds),
  ...figures('health', healthDefaults),
  ...figures('trouble', troubleDefaults),
  ...figures('usual', usualDefaults),
  ...figures('host', hostDefaults),
  ['outcomesKept', constantIn('src/health/failureRate.ts', 'kept')],
  ...figures('baseline', baselineDefaults),
  ...figures('offline', offlineDefaults),
  ...figures('statusPage', pageDefaults),
  ['feedReach', constantIn('src/statuspage/providerWord.ts', 'feedReach')],
  ['entryReach', constantIn('src/statuspage/providerWord.ts', 'entryReach')],
  ...figures('redraw', redrawDefaults),
  ['statusChangeInterval', constantIn('src/vscode/statusBar.ts', 'changeInterval')],
  ['maximumQuiet', constantIn('src/vscode/toasts.ts', 'maximumQuiet')],
  ...figures('bytes', byteCaps),
  ...figures('prompt', textBounds),
  ...figures('observation', observationDefaults),
  ['requestsKept', constantIn('src/observation/tracked.ts', 'requestsKept')],
  ...figures('kept', keptDefaults),
  ...figures('search', searchReach),
  ['maximumProblems', constantIn('src/vscode/suggestionWatch.ts', 'maximumProblems')],
  ...figures('journal', journalDefaults),
  ...['slice', 'stride', 'timeGrain', 'longestLine'].map((name): [string, number] => [
    `reading.${name}`,
    constantIn('src/journal/readRecords.ts', name),
  ]),
  ...figures('recording', { loadAfter, mostPending }),
  ['export.pieceLength', constantIn('src/journal/exportRecords.ts', 'pieceLength')],
  ...figures('dashboard', { ...feedDefaults, ...foldBounds, mostRows, stepsOfBin, decisionsShown }),
  ...figures('maximumStops', maximumStops),
  ...figures('tokens', tokenBounds),
  ...figures('cacheBytes', cacheBytes),
  ...figures('local', {
    ...storeBounds,
    ...{ sampledFrom, sampledLines, newFilesUpTo, answerWithin, startWithin, sliceCharacters, slicePlaces, firstCharacters },
    ...{ hangsAfter, threadHeapMegabytes, maxFileBytes, maxDataBytes, looksOfSlice, readAttempts, mostKnown, mostNewFolders, relistAfter },
    ...{ maxFileCharacters, charactersPerTurn, maxLiveCharacters },
    ...{ least: { ...leastChances, asked: constantIn('src/local/localEngine.ts', 'leastWhenAsked') } },
  }),
  ...figures('closers', closerChances),
  ...figures('snippetChances', snippetChances),
  ...figures('learning', learningDefaults),
  ['longestTransformed', constantIn('src/local/snippetVariables.ts', 'longestTransformed')],
  ['longestBody', constantIn('src/local/snippetVariables.ts', 'longestBody')],
  ['mostRepeats', constantIn('src/local/snippetVariables.ts', 'mostRepeats')],
  ['longestOpener', constantIn('src/local/closers.ts', 'longestOpener')],
  ...figures('cacheTimeToLive', cacheTimeToLive),
  ...figures('rhythm', rhythmDefaults),
  ...figures('debounce', debounceDefaults),
  ...figures('ledgerBytes', ledgerBytes),
  ...figures('stores', storeShares),
  ...figures('pressure', { ...pressureDefaults, ...pressureThresholds }),
  ['lagLooks', constantIn('src/guard/pressureWatch.ts', 'lagLooks')],
  ['lagResolution', constantIn('src/base/processFigures.ts', 'resolution')],
  ...figures('gate', gateDefaults),
  ...figures('growth', growthDefaults),
  ...figures('keysBeforeWatch', keysBeforeWatch),
  ...figures('requests', requestLimits),
  ...figures('speculation', speculationDefaults),
  ...figures('keepRunning', keepRunning),
  ...figures('gatherAhead', gatherAhead),
  ...figures('lookEvery', lookEvery),
  ...figures('rejectionsKept', rejectionsKept),
  ...figures('servedKept', servedKept),
  ...figures('localRestart', restartDefaults),
  ...figures('localKeep', keepDefaults),
  ...figures('localListing', listingDefaults),
  ...figures('localChanges', changeDefaults),
  ...figures('maximumCandidates', maximumCandidates),
  ...figures('anotherTemperature', anotherTemperature),
  ...figures('snippets', snippetBounds),
  ...figures('maximumModelLength', maximumModelLength),
  ...figures('backends', backendRules),
  ...figures('reasoningTokens', reasoningTokens),
  ['leastTokens', constantIn('src/backend/openaiResponses.ts', 'leastTokens')],
  ['echoLines', constantIn('src/pipeline/echo.ts', 'echoLines')],
  ...figures('preparation', preparation),
  ...figures('lookInterval', lookInterval),
  ...figures('healthPoll', healthPoll),
  ...figures('ollamaDefaultTokens', ollamaDefaultTokens),
  ...figures('ollamaMaximumTokens', ollamaMaximumTokens),
  ['lineLength', constantIn('src/backend/llamacppInfill.ts', 'lineLength')],
  ...figures('ignore', ignoreBounds),
  ['longestKey', constantIn('src/privacy/ownSecretRules.ts', 'longestKey')],
  ...figures('leastEntropy', leastEntropy),
  ...figures('scrub', scrubLengths),
  ...figures('flagInterval', flagIntervalRule),
  ...figures('flagServer', flagServerBounds),
  ['flagServer.earlier', constantIn('src/rollout/ofrepSource.ts', 'earlier')],
  ['flagServer.refreshAfter', constantIn('src/rollout/serverMemory.ts', 'refreshAfter')],
  ...figures('flagFileBytes', flagFileBytes),
  ...figures('manifestBytes', manifestBytes),
  ['manifestProblems', constantIn('src/rollout/manifestProblem.ts', 'mostProblems')],
  ['watchedFile.interval', constantIn('src/base/watchedFile.ts', 'lookInterval')],
  ['watchedFile.settling', constantIn('src/base/watchedFile.ts', 'settling')],
  ['drainTime', constantIn('src/backend/httpSource.ts', 'drainTime')],
  ['idleSocketTimeout', constantIn('src/base/http.ts', 'idleSocketTimeout')],
  ['changeInterval', constantIn('src/service.ts', 'changeInterval')],
  ...figures('pauseMinutes', pauseMinutes),
  ...pauseChoices.map((minutes, index): [string, number] => [`pauseChoices.${index + 1}`, minutes]),
  ...figures('maximumFilesOff', maximumFilesOff),
  ...figures('others', { firstLook }),
  ['others.interval', constantIn('src/vscode/otherProviders.ts', 'lookInterval')],
  ...figures('detection', { deadline: detectionRules.deadline }),
  ...figures('modelList', modelListRules),
  ...figures('headers', headerRules),
  ['testsAtOnce', constantIn('src/vscode/testBackends.ts', 'testsAtOnce')],
]);

describe('docs/settings.md', () => {
  const rows = rowsOf(textOf('docs/settings.md')).filter(([name]) => !name.startsWith('failsoft.'));

  it('quotes every default as it is in the code', () => {
    const quoted = rows.map(([name, value = '']): [string, number] => [name, Number(value)]);
    const sorted = (pairs: Iterable<[string, number]>): [string, number][] => [...pairs].sort(([one], [other]) => one.localeCompare(other));
    assert.deepEqual(sorted(quoted), sorted(inCode));
  });

  it('quotes the bounds of every deadline', () => {
    for (const [name, rule] of Object.entries(deadlineRules)) {
      const row = rows.find(([quoted]) => quoted === `deadlines.${name}`);
      assert.equal(row?.[3], `${rule.minimum}–${rule.maximum}`, name);
    }
  });

  it('says when an accepted text is looked at', () => {
    const times = /looked at (.*) s later/.exec(textOf('docs/settings.md'))?.[1]?.match(/\d+/g);
    assert.deepEqual(times?.map(Number), [...keptDefaults.after]);
  });

  it('gives every number a unit and a source', () => {
    for (const [name, ...cells] of rows) {
      assert.notEqual(cells[1], '', name);
      assert.match(cells.at(-1) ?? '', /^(measured|source|arithmetic|chosen)\b/, name);
    }
  });
});

describe('docs/failures.md', () => {
  const text = textOf('docs/failures.md');
  const stages: readonly (readonly [string, readonly FailureRow[]])[] = [
    ['### By code or type', namedRows],
    ['### By detail', detailRows],
    ['### By words of the message', wordRows],
    ['### By status', statusRows],
    ['### By content, and what is left', [...contentRows, leftOver]],
  ];
  for (const [heading, rows] of stages) {
    it(`has the rows of the code, in their order, with their evidence: ${heading}`, () => {
      const lines = section(text, heading)
        .split('\n')
        .filter((line) => line.startsWith('| '));
      assert.deepEqual(lines.slice(1), linesOf(rows));
    });
  }

  it('lists every kind of failure', () => {
    const kinds = [...textOf('src/domain/failure.ts').matchAll(/FailureBase & \{ readonly kind: '(\w+)'/g)].map(([, kind]) => kind);
    assert.deepEqual(
      rowsOf(section(text, '## Kinds'))
        .map(([kind]) => kind)
        .sort(),
      kinds.sort(),
    );
  });
});

describe('docs/journal.md', () => {
  const text = textOf('docs/journal.md');

  it('lists the columns of every kind, in their order', () => {
    const rows = rowsOf(section(text, '## Lines')).map(([kind, columns]) => [kind, columns]);
    const inTheCode = [...columnNames()].map(([kind, columns]) => [kind, columns.join(', ')]);
    assert.deepEqual(rows, inTheCode);
  });

  it('names version, bounds and age as they are in the code', () => {
    const { total, file, corrupt, retention } = journalDefaults;
    assert.ok(text.includes(`journal-${journalVersion}-`));
    assert.ok(text.includes(`${total / 2 ** 20} MB in all`) && text.includes(`${retention / 86_400_000} days`));
    assert.ok(text.includes(`${file / 2 ** 10} KB`) && text.includes(`${corrupt / 2 ** 20} MB of such files`));
  });
});
