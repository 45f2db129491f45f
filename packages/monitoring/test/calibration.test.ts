import { describe, expect, test } from '@jest/globals';
import { makeSample } from '@mlops-actions/statistics';
import { DEFAULT_CALIBRATION, judgeCalibration, recalibrationLine } from '../src/index.ts';
import { scoredRows } from './worlds.ts';

const verdicts = (sample: ReturnType<typeof makeSample>) =>
  Object.fromEntries(judgeCalibration(sample, DEFAULT_CALIBRATION).map(({ metric, verdict }) => [metric, verdict]));

describe('calibration', () => {
  const calibrated = scoredRows(3000, 1);

  test('of true probabilities passes', () => {
    expect(verdicts(calibrated)).toEqual({ 'observed-expected': 'pass', ece: 'pass', 'calibration-slope': 'pass' });
  });

  test('of a world in which more goes wrong fails by the number of events', () => {
    const worse = makeSample(
      calibrated.labels,
      calibrated.scores.map((score) => score / 2),
    );
    expect(verdicts(worse)).toMatchObject({ 'observed-expected': 'fail', ece: 'fail' });
  });

  test('of scores that are too sure fails by the slope', () => {
    const sure = makeSample(
      calibrated.labels,
      calibrated.scores.map((score) => score ** 2 / (score ** 2 + (1 - score) ** 2)),
    );
    expect(recalibrationLine(sure).slope).toBeCloseTo(0.5, 1);
    expect(verdicts(sure)['calibration-slope']).toBe('fail');
  });

  test('seldom fails by chance', () => {
    const strict = { ...DEFAULT_CALIBRATION, 'observed-expected': 0, ece: 0, slope: 0 };
    let alarms = 0;
    for (let seed = 1; seed <= 30; seed++) {
      if (judgeCalibration(scoredRows(300, seed), strict).some(({ verdict }) => verdict === 'fail')) alarms++;
    }
    // 5 % of 30, and three standard errors.
    expect(alarms).toBeLessThanOrEqual(5);
  });

  test('cannot be judged of few rows, of one class, or of what are no probabilities', () => {
    const inconclusive = {
      'observed-expected': 'inconclusive',
      ece: 'inconclusive',
      'calibration-slope': 'inconclusive',
    };
    expect(verdicts(scoredRows(100, 1))).toEqual(inconclusive);
    expect(verdicts(makeSample(new Float64Array(500), calibrated.scores.slice(0, 500)))).toEqual(inconclusive);
    expect(
      verdicts(
        makeSample(
          calibrated.labels,
          calibrated.scores.map((score) => 1000 * score),
        ),
      ),
    ).toEqual(inconclusive);
    expect(verdicts(makeSample([], []))).toEqual(inconclusive);
  });

  test('has no line where all scores are one', () => {
    const flat = makeSample(calibrated.labels, new Float64Array(3000).fill(0.3));
    expect(verdicts(flat)['calibration-slope']).toBe('inconclusive');
  });
});
