export {
  chiSquareContingency,
  chiSquareGoodnessOfFit,
  gTestGoodnessOfFit,
  type ChiSquareTest,
} from './distance/chi-square.ts';
export {
  cramersV,
  DEFAULT_ZERO_RULE,
  hellinger,
  jensenShannonBits,
  jensenShannonDistance,
  lInfinity,
  psi,
  totalVariation,
  type ZeroRule,
} from './distance/divergence.ts';
export { fisherGreater } from './distance/fisher.ts';
export { ksGridError, ksOnGrid, wassersteinOnGrid, type Grid } from './distance/grid.ts';
export { mergeBins, quantileGroups } from './distance/groups.ts';
export {
  cramersVNull,
  hellingerNull,
  jensenShannonNull,
  ksNull,
  lInfinityNull,
  psiNull,
  shareDifferenceQuantile,
  type NullDistribution,
} from './distance/null.ts';
export { totalVariationNull, wassersteinNull, type Simulation } from './distance/simulated-null.ts';
export {
  bcaBounds,
  bootstrap,
  percentileBounds,
  quantile,
  type Bootstrap,
  type BootstrapPlan,
} from './inference/bootstrap.ts';
export {
  areaCovariance,
  areaTest,
  compareAreas,
  normalBounds,
  placements,
  type AreaComparison,
  type Placements,
} from './inference/delong.ts';
export { independentDifference, levelShowing, type Estimate, type EstimatePlan } from './inference/estimate.ts';
export { estimateDifference, estimateMetric } from './inference/estimators.ts';
export { estimateGap } from './inference/gap.ts';
export { estimateShift } from './inference/shift.ts';
export { spreadOf, type Spread } from './inference/influence.ts';
export { mcnemarChiSquare, mcnemarExact } from './inference/mcnemar.ts';
export { benjaminiHochberg, bonferroni, holm, holmLevels } from './inference/multiplicity.ts';
export { skewedMeanBounds } from './inference/skewed-mean.ts';
export { signFlipTest } from './inference/permutation.ts';
export {
  newcombe,
  newcombePaired,
  recoverDifference,
  wilson,
  type Bounded,
  type PairedTable,
} from './inference/proportions.ts';
export {
  accuracy,
  balancedAccuracy,
  confusion,
  expectedCost,
  fBeta,
  mcc,
  precision,
  recall,
  specificity,
  type Confusion,
  type Costs,
} from './metrics/decision.ts';
export { precisionRecallCurve, rocCurve, type Point } from './metrics/curves.ts';
export { brier, calibrationBins, ece, logLoss, type CalibrationBin } from './metrics/probability.ts';
export { GAPS, gapsOf, type Gap } from './metrics/gaps.ts';
export { hosmerLemeshow, miscalibration } from './metrics/hosmer-lemeshow.ts';
export { auc, capture, classWeights, gini, ks, prAuc } from './metrics/ranking.ts';
export { METRICS, metricsOf, TASKS, type Metric, type MetricTask, type Statistic } from './metrics/registry.ts';
export { mae, mape, r2, rmse } from './metrics/regression.ts';
export type { MetricOptions } from './metrics/statistic.ts';
export { ascendingOrder, ranksOf, type Ranks } from './order.ts';
export { permutation, random, type Random } from './random.ts';
export {
  classView,
  isUnweighted,
  makeClassSample,
  makeSample,
  renumber,
  reweighted,
  subset,
  type Sample,
} from './sample.ts';
export { betaRegularised } from './special/beta.ts';
export {
  binomialCdf,
  chiSquareCdf,
  chiSquareQuantile,
  chiSquareSurvival,
  kolmogorovQuantile,
  kolmogorovSurvival,
  studentCdf,
  studentQuantile,
  studentTwoSided,
} from './special/distributions.ts';
export { noncentralChiSquareCdf, noncentralityBounds } from './special/noncentral.ts';
export { gammaP, gammaQ, logGamma } from './special/gamma.ts';
export { erfc, normalCdf, normalPdf, normalQuantile } from './special/normal.ts';
