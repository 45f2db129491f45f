// Generated from packages/manifest/schema/model.schema.json by `npm run generate`. Do not edit.
// @ts-nocheck

export const validate = validate21;
const schema6 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"https://mlops-actions.dev/schema/model.schema.json","title":"Manifest","description":"model.yaml: the one file a team writes. Paths are relative to its folder.","type":"object","additionalProperties":false,"required":["schema-version","model","artifact"],"properties":{"schema-version":{"description":"Version of this format.","const":1},"model":{"$ref":"#/definitions/model"},"artifact":{"$ref":"#/definitions/artifact"},"contract":{"$ref":"#/definitions/contract"},"validation":{"$ref":"#/definitions/validation"},"image":{"$ref":"#/definitions/image"},"registry":{"$ref":"#/definitions/registry"},"data":{"$ref":"#/definitions/data"},"gate":{"$ref":"#/definitions/gate"},"endpoint":{"$ref":"#/definitions/endpoint"},"pipeline":{"$ref":"#/definitions/pipeline"},"monitor":{"$ref":"#/definitions/monitor"},"environments":{"description":"What differs between environments; laid over the sections above when an action is given `environment`.","type":"object","additionalProperties":{"$ref":"#/definitions/environment"}}},"definitions":{"model":{"title":"ModelIdentity","description":"Who the model is and who answers for it: the entry of the model inventory.","type":"object","additionalProperties":false,"required":["name","owner"],"properties":{"name":{"description":"Short name, used wherever an id is not given: lower case letters, digits and hyphens.","type":"string","pattern":"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"},"display-name":{"description":"Name for people.","type":"string","pattern":"^.{1,128}$"},"description":{"description":"What it predicts, in one sentence.","type":"string"},"owner":{"description":"Team or address that answers for the model.","type":"string","pattern":"\\S"},"risk-tier":{"description":"Materiality of the model in the organisation's inventory.","enum":["high","medium","low"]},"intended-use":{"description":"The decision that the model supports, and for whom.","type":"string"},"limitations":{"description":"Where the model must not be used, or is known to be weak.","type":"array","items":{"type":"string"}},"license":{"description":"SPDX identifier of the model's licence.","type":"string"},"datasets":{"description":"Data that the model was trained on.","type":"array","items":{"$ref":"#/definitions/dataset"}}}},"dataset":{"title":"Dataset","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"\\S"},"uri":{"description":"Where the data is.","type":"string"},"license":{"description":"SPDX identifier.","type":"string"}}},"path":{"description":"A path relative to the folder of model.yaml, with forward slashes.","type":"string","pattern":"^[^/\\\\].*$"},"strings":{"type":"object","additionalProperties":{"type":"string"}},"duration":{"description":"A duration such as 90s, 10m or 1h30m.","type":"string","pattern":"^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$"},"labels":{"description":"Labels: keys and values of lower case letters, digits, _ and -, at most 63 characters.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9_-]{0,62}$"},"additionalProperties":{"type":"string","pattern":"^[a-z0-9_-]{0,63}$"}},"artifact":{"title":"Artifact","description":"The model's file or folder.","type":"object","additionalProperties":false,"required":["path"],"properties":{"path":{"$ref":"#/definitions/path"},"formats":{"description":"Formats that are accepted; any other is an error. Without it every format is accepted and judged by its content.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[a-z0-9][a-z0-9-]*$"}}}},"feature":{"title":"Feature","description":"One input or output of the model.","type":"object","additionalProperties":false,"required":["name","type"],"properties":{"name":{"type":"string","pattern":"\\S"},"type":{"description":"Logical type.","enum":["string","integer","number","boolean"]},"shape":{"description":"Shape of one example; omitted for a scalar. -1 is any size.","type":"array","items":{"type":"integer","minimum":-1}},"values":{"description":"The categories that a string may have.","type":"array","items":{"type":"string"}},"minimum":{"type":"number"},"maximum":{"type":"number"},"description":{"type":"string"}}},"contract":{"title":"Contract","description":"What goes in and what comes out; checked against the model's file.","type":"object","additionalProperties":false,"properties":{"inputs":{"type":"array","items":{"$ref":"#/definitions/feature"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/feature"}}}},"validation":{"title":"Validation","description":"How validate-model judges.","type":"object","additionalProperties":false,"properties":{"fail-on":{"description":"Lowest severity that fails; never reports only.","enum":["error","warning","never"]},"allow":{"description":"Globals that a pickle may use beside the known ones, such as `scoring.features.Binner`.","type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$"}},"check-tensors":{"description":"Whether the numbers in tensors are read, to refuse NaN and infinity.","type":"boolean"},"max-size-mib":{"description":"Size that the model's files may have together, in MiB.","type":"number","exclusiveMinimum":0},"max-parameters":{"description":"How many numbers the model's tensors may hold.","type":"integer","minimum":1},"waivers":{"description":"Findings that somebody has decided to live with for a while; an expired waiver fails.","type":"array","items":{"$ref":"#/definitions/finding-waiver"}}}},"finding-waiver":{"title":"FindingWaiver","description":"A decision on certain bytes: it ends with its day, or when the file changes.","type":"object","additionalProperties":false,"required":["rule","digest","owner","reason","expires"],"properties":{"rule":{"description":"Identifier of the rule, such as MV301.","type":"string","pattern":"^MV[0-9]{3}$"},"digest":{"description":"Digest of the file, or of the whole model, that it is about; the report has both.","type":"string","pattern":"^sha256:[0-9a-f]{64}$"},"owner":{"description":"Who answers for the decision.","type":"string","pattern":"\\S"},"reason":{"description":"Why the finding is acceptable.","type":"string","pattern":"\\S"},"expires":{"description":"Last day on which it holds, in UTC, such as 2026-12-31.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},"budgets":{"title":"Budgets","description":"Bounds of what the probe of build-image measures; an image over one of them is not published.","type":"object","additionalProperties":false,"properties":{"start-time":{"description":"From the start of the server to its first healthy answer.","$ref":"#/definitions/duration"},"latency-p50":{"description":"Median time of a request for one prediction.","$ref":"#/definitions/duration"},"latency-p95":{"description":"Its 95th percentile.","$ref":"#/definitions/duration"},"latency-p99":{"description":"Its 99th percentile.","$ref":"#/definitions/duration"},"memory-mib":{"description":"Memory that the server may take, in MiB; a container is held to it.","type":"integer","minimum":1}}},"image":{"title":"Image","description":"The serving image.","type":"object","additionalProperties":false,"properties":{"mode":{"enum":["layered","dockerfile"]},"base-image":{"description":"Image that serves; pin it by digest. `scratch` starts from nothing.","type":"string","pattern":"\\S"},"dockerfile":{"$ref":"#/definitions/path"},"files":{"description":"Files and folders that go into the image beside the model: path here -> absolute path in the image.","type":"object","additionalProperties":{"type":"string","pattern":"^/"}},"entrypoint":{"description":"Command line of the server.","type":"array","minItems":1,"items":{"type":"string"}},"env":{"description":"Environment of the server.","$ref":"#/definitions/strings"},"labels":{"description":"Labels of the image.","$ref":"#/definitions/strings"},"tags":{"description":"References to push to.","type":"array","items":{"type":"string","pattern":"\\S"}},"port":{"description":"Port that the server listens on (default 8080).","type":"integer","minimum":1,"maximum":65535},"health-route":{"description":"Route that answers 200 when the server is ready.","type":"string","pattern":"^/"},"predict-route":{"description":"Route of predictions.","type":"string","pattern":"^/"},"golden-path":{"$ref":"#/definitions/path"},"golden-tolerance":{"description":"Largest absolute difference between a golden prediction and the answer (default 1e-6).","type":"number","minimum":0},"budgets":{"$ref":"#/definitions/budgets"}}},"registry":{"title":"Registry","description":"The model's place in Vertex AI Model Registry.","type":"object","additionalProperties":false,"properties":{"model-id":{"type":"string","pattern":"^[a-z][a-z0-9_-]{0,62}$"},"display-name":{"type":"string","pattern":"^.{1,128}$"},"aliases":{"description":"Version aliases to set; never `default`.","type":"array","items":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,126}[a-z0-9]$","not":{"const":"default"}}},"labels":{"$ref":"#/definitions/labels"}}},"data":{"title":"DataValidation","description":"What validate-data checks: the data that the model is trained on or fed with, and what was agreed about it.","type":"object","additionalProperties":false,"properties":{"contract":{"description":"The data contract, after the Open Data Contract Standard.","$ref":"#/definitions/path"},"schema-object":{"description":"Name of the contract's object that the data is; needed only where it has several.","type":"string","pattern":"\\S"},"data":{"description":"Files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"table":{"description":"Table or view in BigQuery: `project.dataset.table`.","type":"string","pattern":"\\S"},"maximum-bytes-billed":{"description":"Bytes that one statement in BigQuery may bill at most (default 10 GB).","type":"integer","minimum":1},"profile":{"description":"Reference profile that drift and volume are measured against.","$ref":"#/definitions/path"},"key-columns":{"description":"Columns that name a row; only their salted hash is shown.","type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"}},"fail-on":{"description":"What the step fails for (default `error`).","enum":["error","warning","never"]}}},"gate":{"title":"Gate","description":"The policy that decides whether a candidate may be released.","type":"object","additionalProperties":false,"required":["checks"],"properties":{"candidate":{"$ref":"#/definitions/path"},"champion":{"description":"Predictions or metrics of the model that serves now; `registry` for the metrics of the version behind the alias `champion`; `none` where no model serves yet.","type":"string","pattern":"^[^/\\\\].*$"},"id-column":{"description":"Column that names a row (default `id`).","type":"string","pattern":"\\S"},"label-column":{"description":"Column of the observed outcome (default `label`).","type":"string","pattern":"\\S"},"score-column":{"description":"Column of the prediction (default `score`).","type":"string","pattern":"\\S"},"score-columns":{"description":"Columns of models that predict several numbers. Multiclass: the column of each class's probability, by the class's label. Quantile: the column of each forecast, by its level (such as 0.05).","type":"object","minProperties":2,"additionalProperties":{"type":"string","pattern":"\\S"}},"first-release":{"description":"With champion `registry`, where no version has the alias yet: `refuse` to judge (default), or `allow` the absolute checks to decide alone.","enum":["refuse","allow"]},"near-perfect":{"description":"Models that rank nearly perfectly (an AUC above 0.995): `refuse` to judge them, since a column has probably leaked the outcome (default), or `allow` them where prediction is that easy.","enum":["refuse","allow"]},"attributes":{"description":"Table of what else is known of the rows, joined by the id column; default: the candidate's own file. It may hold more rows.","$ref":"#/definitions/path"},"weight-column":{"description":"Column of attributes by which rows count more or less; default: all alike.","type":"string","pattern":"\\S"},"cluster-column":{"description":"Column of attributes that says which rows belong together, such as a customer; intervals then come from the bootstrap of whole clusters.","type":"string","pattern":"\\S"},"query-column":{"description":"Ranking: column of attributes that says which query a row answers.","type":"string","pattern":"\\S"},"task":{"description":"What is predicted (default `binary`): an event, one of several classes, a number, quantiles of a number, or an order of answers to queries.","enum":["binary","multiclass","regression","quantile","ranking"]},"positive-label":{"description":"Label of the event that the score is the probability of (default 1).","type":["string","integer"]},"threshold":{"description":"Score from which a row counts as positive, for the metrics that need it (default 0.5).","type":"number"},"top-share":{"description":"Share of the rows, those with the highest scores, that capture and lift look at (default 0.1).","type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"cutoff":{"description":"Ranking: so many answers of a query, those with the best scores, are looked at (default 10).","type":"integer","minimum":1},"costs":{"description":"What a wrong decision costs, in any one unit, for expected-cost.","type":"object","additionalProperties":false,"required":["false-positive","false-negative"],"properties":{"false-positive":{"description":"Calling an event that is none.","type":"number","minimum":0},"false-negative":{"description":"Not calling an event.","type":"number","minimum":0}}},"minimum-rows":{"description":"Below this many rows the verdict is inconclusive (default 100). Of rankings queries are counted, and clusters where there are any.","type":"integer","minimum":2},"minimum-slice-rows":{"description":"Below this many rows in a slice its check is inconclusive (default 50).","type":"integer","minimum":2},"confidence":{"description":"Confidence of the intervals (default 0.95).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"resamples":{"description":"Bootstrap resamples (default 2000).","type":"integer","minimum":200,"maximum":100000},"seed":{"description":"Seed of resampling and of the negative control (default 1).","type":"integer","minimum":0},"on-inconclusive":{"description":"What an inconclusive verdict does to the step: `fail` it (default) or `warn`.","enum":["fail","warn"]},"allow-point-metrics":{"description":"Accept metrics without sample size or interval, where rows cannot be had (default false).","type":"boolean"},"checks":{"type":"array","minItems":1,"items":{"$ref":"#/definitions/check"}},"waivers":{"description":"Checks that somebody answers for although they are not met.","type":"array","items":{"$ref":"#/definitions/check-waiver"}}}},"check-waiver":{"title":"CheckWaiver","description":"Lets a check go unmet until a day. After it the check fails, even where it was inconclusive.","type":"object","additionalProperties":false,"required":["check","owner","reason","expires"],"properties":{"check":{"description":"Name of the check.","type":"string","pattern":"\\S"},"owner":{"description":"Who answers for it.","type":"string","pattern":"\\S"},"reason":{"description":"Why it may go unmet.","type":"string","pattern":"\\S"},"expires":{"description":"Last day that it holds, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},"organisation-policy":{"title":"OrganisationPolicy","description":"What an organisation demands of every gate, a file of its own: it can only make a policy stricter.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"every-model":{"$ref":"#/definitions/strictness"},"tiers":{"description":"What it demands beyond that of models of a risk tier (`model.risk-tier` of model.yaml).","type":"object","additionalProperties":false,"properties":{"high":{"$ref":"#/definitions/strictness"},"medium":{"$ref":"#/definitions/strictness"},"low":{"$ref":"#/definitions/strictness"}}}}},"strictness":{"title":"Strictness","type":"object","additionalProperties":false,"properties":{"minimum-rows":{"description":"At least so many rows.","type":"integer","minimum":2},"minimum-slice-rows":{"description":"At least so many rows in a slice.","type":"integer","minimum":2},"confidence":{"description":"At least this confidence.","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"allow-point-metrics":{"description":"False: metrics without sample size or interval are not accepted.","const":false},"on-inconclusive":{"description":"fail: an inconclusive verdict fails the step.","const":"fail"},"longest-waiver":{"description":"Days from now that a waiver may last at most; 0: until today.","type":"integer","minimum":0},"checks":{"description":"Checks beside those of the model, for models of the metric's task. They cannot be waived.","type":"array","items":{"$ref":"#/definitions/check"}}}},"check":{"title":"Check","description":"One requirement. Whether higher or lower is better is a property of the metric. Exactly one of bound, non-inferiority-margin, superiority-margin.","type":"object","additionalProperties":false,"required":["metric"],"properties":{"name":{"description":"Name in the record; default: metric and kind.","type":"string","pattern":"\\S"},"metric":{"type":"string","pattern":"^[a-z][a-z0-9-]*$"},"bound":{"description":"The candidate must be at least this good.","type":"number"},"non-inferiority-margin":{"description":"The candidate may be worse than the champion by less than this.","type":"number","minimum":0},"superiority-margin":{"description":"The candidate must be better than the champion by more than this.","type":"number","minimum":0},"column":{"description":"Of csi: column of attributes whose distribution is compared between slices.","type":"string","pattern":"\\S"},"blocking":{"description":"False: reported, but does not decide (default true).","type":"boolean"},"slice":{"$ref":"#/definitions/slice"}},"oneOf":[{"required":["bound"]},{"required":["non-inferiority-margin"]},{"required":["superiority-margin"]}]},"slice":{"title":"Slice","description":"The check is made in every slice, and the worst decides; a metric that ends in -gap or -difference compares the slices. At most one of values, edges, and from or until; none of them: a slice for each value.","type":"object","additionalProperties":false,"required":["column"],"properties":{"column":{"description":"Column of attributes.","type":"string","pattern":"\\S"},"values":{"description":"The values that make a slice each; rows with others are left out.","type":"array","minItems":1,"items":{"type":["string","number","boolean"]}},"edges":{"description":"Of numbers, rising: below the first, from each to below the next, from the last on.","type":"array","minItems":1,"items":{"type":"number"}},"from":{"description":"Of dates: rows from this day on are the slice, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},"until":{"description":"Of dates: rows before this day are the slice, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},"endpoint":{"title":"Endpoint","description":"How the model is served on Vertex AI.","type":"object","additionalProperties":false,"properties":{"endpoint-id":{"type":"string","pattern":"^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$"},"display-name":{"type":"string","pattern":"^.{1,128}$"},"access":{"description":"Who can reach an endpoint that is made: at the region's API, at a host of its own, or from networks that Private Service Connect lets in.","enum":["shared","dedicated","private"]},"private-projects":{"description":"Projects whose networks may reach a private endpoint.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[a-z0-9:.-]+$"}},"prediction-host":{"description":"Address at which the runners' network reaches a private endpoint.","type":"string","pattern":"^[A-Za-z0-9.:\\[\\]-]+$"},"machine-type":{"description":"Such as n1-standard-2.","type":"string","pattern":"^[a-z0-9-]+$"},"min-replicas":{"type":"integer","minimum":1},"max-replicas":{"type":"integer","minimum":1},"accelerator-type":{"description":"Such as NVIDIA_L4.","type":"string","pattern":"^[A-Z0-9_]+$"},"accelerator-count":{"type":"integer","minimum":1},"service-account":{"description":"Account that the container runs as.","type":"string","pattern":"^[^@\\s]+@[^@\\s]+$"},"strategy":{"description":"How traffic moves: by steps, all at once with the old model at hand, or all at once (default canary).","enum":["canary","blue-green","immediate"]},"traffic-steps":{"description":"Percentages of traffic that the new model gets, rising to 100.","type":"array","minItems":1,"items":{"type":"integer","minimum":1,"maximum":100}},"bake-time":{"$ref":"#/definitions/duration"},"probe-path":{"$ref":"#/definitions/path"},"probe-tolerance":{"description":"Largest absolute difference between an expected prediction and the answer (default 1e-6).","type":"number","minimum":0},"max-latency-increase":{"description":"Fraction by which the new model's median latency may exceed the others'; without it latency does not decide.","type":"number","minimum":0},"analysis-command":{"description":"A program, with its arguments, that judges each traffic step after its probes.","type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"}},"analysis-query":{"description":"A PromQL query of Cloud Monitoring whose value judges each traffic step after its probes; needs analysis-success-condition.","type":"string","pattern":"\\S"},"analysis-success-condition":{"description":"What the value must be for a pass, such as `< 0.01`.","type":"string","pattern":"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},"analysis-failure-condition":{"description":"What the value is for a fail, such as `> 0.05`; what is neither is inconclusive. Without it, all that is no pass is a fail.","type":"string","pattern":"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},"analysis-timeout":{"description":"How long one run of the program or the query may take; 10m unless told otherwise.","$ref":"#/definitions/duration"},"on-failure":{"description":"What becomes of a model that was not good, once it has no traffic (default keep).","enum":["keep","undeploy"]},"require-approval":{"description":"Whether somebody who had no hand in the model must have approved its deployment at GitHub (default false). No workflow can lift it.","type":"boolean"},"champion-aliases":{"description":"Whether the version aliases `champion` and `previous-champion` follow the traffic (default true).","type":"boolean"},"keep-warm":{"description":"Previous models that stay deployed without traffic.","type":"integer","minimum":0,"maximum":5},"timeout":{"$ref":"#/definitions/duration"},"labels":{"$ref":"#/definitions/labels"}}},"pipeline":{"title":"Pipeline","description":"The pipeline that trains the model, or prepares its data, and where it runs. The engine's address is not written here but in the workflow: whoever changes this file must not send its credentials elsewhere.","type":"object","additionalProperties":false,"properties":{"engine":{"enum":["vertex","kubeflow","airflow","argo"]},"pipeline":{"description":"A compiled pipeline (a path relative to this file), a template of Artifact Registry, a DAG id, or a workflow or workflow template of Argo.","type":"string","pattern":"^\\S+$"},"parameters":{"description":"Values by name; the action's input is laid over them.","type":"object","additionalProperties":true},"output-root":{"description":"Folder in Cloud Storage for what the tasks leave.","type":"string","pattern":"^gs://[^/\\s]+"},"service-account":{"description":"Account that the tasks run as.","type":"string","pattern":"^\\S+$"},"network":{"description":"VPC network of the tasks (projects/NUMBER/global/networks/NAME).","type":"string","pattern":"^projects/[^/\\s]+/global/networks/[^/\\s]+$"},"encryption-key":{"description":"Cloud KMS key (projects/.../locations/.../keyRings/.../cryptoKeys/...).","type":"string","pattern":"^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$"},"namespace":{"description":"Namespace of Kubernetes.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"experiment":{"description":"Experiment of Kubeflow Pipelines.","type":"string","pattern":"\\S"},"caching":{"description":"Whether tasks may be answered from the cache; each as the pipeline says (default), all or none.","enum":["default","on","off"]},"failure-policy":{"description":"Whether tasks that do not depend on one that failed still run (slow, the service's default) or not (fast).","enum":["fast","slow"]},"timeout":{"$ref":"#/definitions/duration"},"labels":{"$ref":"#/definitions/labels"}}},"monitor":{"title":"Monitor","description":"What monitor-model watches while the model serves, and how it decides.","type":"object","additionalProperties":false,"properties":{"current":{"description":"What the model was asked: files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`. Rows outside of the window are left out where there is a time column.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"table":{"description":"The same as a table or view in BigQuery, or the log of an endpoint's requests: `project.dataset.table`.","type":"string","pattern":"\\S"},"maximum-bytes-billed":{"description":"Bytes that one statement in BigQuery may bill at most (default 10 GB).","type":"integer","minimum":1},"profile":{"description":"Reference profile: what the model was trained on, or accepted with.","$ref":"#/definitions/path"},"predictions":{"description":"Tables of key, time and score, where the scores are not in `current`; files, `gs://bucket/folder/` or `bq://project.dataset.table`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"labels":{"description":"Tables of key and observed outcome, as they have come in so far; files, `gs://bucket/folder/` or `bq://project.dataset.table`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"reference":{"description":"Labelled predictions that the model was accepted on, which performance is compared with; default: `gate.candidate`. Its columns are those of `gate`.","$ref":"#/definitions/path"},"metrics":{"description":"What the service did: a JSON, NDJSON or CSV file of requests, errors and latencies by window; or `cloud-monitoring` for those of the endpoint.","$ref":"#/definitions/path"},"key-column":{"description":"Column that names a row, by which labels are joined (default `id`).","type":"string","pattern":"\\S"},"time-column":{"description":"Column of the time of the request. Without it every row counts as in the window.","type":"string","pattern":"\\S"},"score-column":{"description":"Column of the prediction (default `score`).","type":"string","pattern":"\\S"},"label-column":{"description":"Column of the observed outcome (default `label`).","type":"string","pattern":"\\S"},"positive-label":{"description":"The outcome that is the event (default 1).","type":["string","number","boolean"]},"window":{"description":"The time that one run looks at: `last-hour`, `last-day` (default), `last-week`, `last-month`, a duration, or a time such as 2026-10 or 2026-10-01/2026-10-08.","type":"string","pattern":"\\S"},"state":{"description":"Where the monitor remembers past windows: a file, `gs://bucket/object`, or `artifact:NAME`.","$ref":"#/definitions/path"},"drift":{"description":"How inputs and predictions are compared with the reference.","type":"object","additionalProperties":false,"properties":{"metric":{"description":"Measure of the distribution of each column (default psi).","$ref":"#/definitions/drift-metric"},"threshold":{"description":"Its threshold (default: that of the metric).","type":"number","minimum":0},"rules":{"description":"Rules in place of the default ones of the same column and metric, or beside them.","type":"array","items":{"title":"DriftRule","type":"object","additionalProperties":false,"required":["column","metric","threshold"],"properties":{"column":{"type":"string","pattern":"\\S"},"metric":{"$ref":"#/definitions/drift-metric"},"threshold":{"description":"More than this is too much, in the unit of the metric.","type":"number","minimum":0},"minimum-rows":{"description":"With fewer rows it is inconclusive.","type":"integer","minimum":1},"missing":{"description":"Whether missing values are a category of their own (default excluded).","enum":["category","excluded"]}}}},"ignore":{"description":"Columns that are not looked at, such as identifiers.","type":"array","items":{"type":"string","pattern":"\\S"}},"confidence":{"description":"Chance that data without drift raises no alarm, over all rules (default 0.95).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"correction":{"description":"Correction for many rules (default benjamini-hochberg).","enum":["holm","benjamini-hochberg","none"]},"minimum-rows":{"description":"With fewer rows a rule is inconclusive (default 200).","type":"integer","minimum":1}}},"volume":{"description":"How the number of rows is compared with past windows.","type":"object","additionalProperties":false,"properties":{"threshold":{"description":"0.5 (default): half or double is an anomaly, if past windows did not vary as much.","type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"confidence":{"description":"Chance that a usual window is no anomaly (default 0.99).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-history":{"description":"Past windows before it is judged (default 6).","type":"integer","minimum":2},"season":{"description":"Whether weekdays differ (default: for windows of a day).","enum":["weekday","none"]}}},"freshness":{"description":"How old the newest row may be at the end of the window.","type":"object","additionalProperties":false,"required":["maximum-age-hours"],"properties":{"maximum-age-hours":{"type":"number","exclusiveMinimum":0}}},"performance":{"description":"Quality by labels.","type":"object","additionalProperties":false,"required":["checks"],"properties":{"checks":{"type":"array","minItems":1,"items":{"title":"PerformanceCheck","type":"object","additionalProperties":false,"required":["metric"],"properties":{"metric":{"description":"A metric as in `gate.checks`, such as auc.","type":"string","pattern":"^[a-z][a-z0-9-]*$"},"degradation-margin":{"description":"Largest loss against the reference, in the unit of the metric.","type":"number","minimum":0},"bound":{"description":"Worst value that will do.","type":"number"}}}},"slices":{"description":"Columns whose every value is judged by itself.","type":"array","items":{"type":"string","pattern":"\\S"}},"label-lag-days":{"description":"Days after the end of a window when its labels are due (default 30).","type":"number","minimum":0},"minimum-label-share":{"description":"With labels for a smaller share of the rows it is inconclusive (default 0.8).","type":"number","exclusiveMinimum":0,"maximum":1},"minimum-rows":{"description":"Default 200.","type":"integer","minimum":2},"minimum-events":{"description":"Rows that each class must have (default 30).","type":"integer","minimum":1},"confidence":{"description":"Default 0.95.","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"threshold":{"description":"Score from which a row is decided for the event (default 0.5).","type":"number"}}},"estimated-performance":{"description":"Whether quality is estimated where labels are not there yet (default true).","type":"boolean"},"calibration":{"description":"How far probabilities may be off; false: not judged.","oneOf":[{"const":false},{"type":"object","additionalProperties":false,"properties":{"observed-expected":{"description":"Largest |observed / expected events - 1| (default 0.25).","type":"number","exclusiveMinimum":0},"ece":{"description":"Largest expected calibration error (default 0.05).","type":"number","exclusiveMinimum":0},"slope":{"description":"Largest |slope - 1| of the recalibration line (default 0.33).","type":"number","exclusiveMinimum":0},"confidence":{"type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-rows":{"type":"integer","minimum":2},"minimum-events":{"type":"integer","minimum":1}}}]},"service":{"description":"What the service must hold.","type":"object","additionalProperties":false,"properties":{"maximum-error-rate":{"description":"Largest share of requests that may fail (default 0.01).","type":"number","minimum":0,"exclusiveMaximum":1},"maximum-latency-ms":{"description":"Largest latency by quantile.","type":"array","items":{"title":"LatencyBound","type":"object","additionalProperties":false,"required":["quantile","milliseconds"],"properties":{"quantile":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"milliseconds":{"type":"number","exclusiveMinimum":0}}}},"error-rate-ratio":{"description":"Times the error rate of past windows (default 3).","type":"number","minimum":1},"latency-ratio":{"description":"Times the usual latency (default 2).","type":"number","minimum":1},"confidence":{"type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-requests":{"description":"Default 200.","type":"integer","minimum":1},"minimum-history":{"description":"Default 6.","type":"integer","minimum":2}}},"alarms":{"description":"How many of the last windows must fail before an alarm, by kind of finding.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/alarm-rule"}},"actions":{"description":"What an alarm calls for, by kind of finding.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/monitor-action"}},"actions-after-release":{"description":"The same in the first windows of a version.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/monitor-action"}},"release-windows":{"description":"Windows in which a version counts as just released (default 3).","type":"integer","minimum":0},"heal-after":{"description":"Quiet windows after which an incident is closed (default 3).","type":"integer","minimum":1},"reopen-within":{"description":"An alarm within so many windows after that reopens it (default 3).","type":"integer","minimum":0},"blind-windows":{"description":"Windows without a single pass of a signal after which somebody must look (default 4).","type":"integer","minimum":1},"keep-windows":{"description":"Windows that the state keeps (default 120).","type":"integer","minimum":1,"maximum":10000}}},"finding-kind":{"enum":["data-quality","volume","freshness","input-drift","prediction-drift","performance","estimated-performance","slice-performance","calibration","service"]},"monitor-action":{"enum":["none","investigate","retrain","rollback"]},"alarm-rule":{"title":"AlarmRule","description":"So many failures in so many windows.","type":"object","additionalProperties":false,"required":["failures","windows"],"properties":{"failures":{"type":"integer","minimum":1},"windows":{"type":"integer","minimum":1}}},"drift-metric":{"enum":["psi","js-divergence-bits","l-infinity","ks","wasserstein-per-std","hellinger","total-variation","cramers-v","missing-rate","invalid-rate","new-category-rate","out-of-range-rate","constant","presence"]},"environment":{"title":"Environment","description":"Where an environment is and what differs in it.","type":"object","additionalProperties":false,"properties":{"project-id":{"description":"Google Cloud project.","type":"string","pattern":"^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$"},"region":{"description":"Such as europe-west4.","type":"string","pattern":"^[a-z]+(-[a-z]+[0-9]+)?$"},"image":{"$ref":"#/definitions/image"},"registry":{"$ref":"#/definitions/registry"},"endpoint":{"$ref":"#/definitions/endpoint"},"pipeline":{"$ref":"#/definitions/pipeline"},"monitor":{"$ref":"#/definitions/monitor"}}}}};
const func2 = Object.prototype.hasOwnProperty;
const schema7 = {"title":"ModelIdentity","description":"Who the model is and who answers for it: the entry of the model inventory.","type":"object","additionalProperties":false,"required":["name","owner"],"properties":{"name":{"description":"Short name, used wherever an id is not given: lower case letters, digits and hyphens.","type":"string","pattern":"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"},"display-name":{"description":"Name for people.","type":"string","pattern":"^.{1,128}$"},"description":{"description":"What it predicts, in one sentence.","type":"string"},"owner":{"description":"Team or address that answers for the model.","type":"string","pattern":"\\S"},"risk-tier":{"description":"Materiality of the model in the organisation's inventory.","enum":["high","medium","low"]},"intended-use":{"description":"The decision that the model supports, and for whom.","type":"string"},"limitations":{"description":"Where the model must not be used, or is known to be weak.","type":"array","items":{"type":"string"}},"license":{"description":"SPDX identifier of the model's licence.","type":"string"},"datasets":{"description":"Data that the model was trained on.","type":"array","items":{"$ref":"#/definitions/dataset"}}}};
const pattern0 = new RegExp("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern1 = new RegExp("^.{1,128}$", "u");
const pattern2 = new RegExp("\\S", "u");
const schema8 = {"title":"Dataset","type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"\\S"},"uri":{"description":"Where the data is.","type":"string"},"license":{"description":"SPDX identifier.","type":"string"}}};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema8.required,parentSchema:schema8,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "name") || (key0 === "uri")) || (key0 === "license"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema8,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern2.test(data0)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema8.properties.name,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema8.properties.name.type,parentSchema:schema8.properties.name,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.uri !== undefined){
let data1 = data.uri;
if(typeof data1 !== "string"){
const err4 = {instancePath:instancePath+"/uri",schemaPath:"#/properties/uri/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema8.properties.uri.type,parentSchema:schema8.properties.uri,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.license !== undefined){
let data2 = data.license;
if(typeof data2 !== "string"){
const err5 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema8.properties.license.type,parentSchema:schema8.properties.license,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema8.type,parentSchema:schema8,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema7.required,parentSchema:schema7,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.owner === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "owner"},message:"must have required property '"+"owner"+"'",schema:schema7.required,parentSchema:schema7,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema7.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema7,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema7.properties.name,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties.name.type,parentSchema:schema7.properties.name,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["display-name"] !== undefined){
let data1 = data["display-name"];
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err5 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/pattern",keyword:"pattern",params:{pattern: "^.{1,128}$"},message:"must match pattern \""+"^.{1,128}$"+"\"",schema:"^.{1,128}$",parentSchema:schema7.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties["display-name"].type,parentSchema:schema7.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.description !== undefined){
let data2 = data.description;
if(typeof data2 !== "string"){
const err7 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties.description.type,parentSchema:schema7.properties.description,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.owner !== undefined){
let data3 = data.owner;
if(typeof data3 === "string"){
if(!pattern2.test(data3)){
const err8 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema7.properties.owner,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties.owner.type,parentSchema:schema7.properties.owner,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data["risk-tier"] !== undefined){
let data4 = data["risk-tier"];
if(!(((data4 === "high") || (data4 === "medium")) || (data4 === "low"))){
const err10 = {instancePath:instancePath+"/risk-tier",schemaPath:"#/properties/risk-tier/enum",keyword:"enum",params:{allowedValues: schema7.properties["risk-tier"].enum},message:"must be equal to one of the allowed values",schema:schema7.properties["risk-tier"].enum,parentSchema:schema7.properties["risk-tier"],data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data["intended-use"] !== undefined){
let data5 = data["intended-use"];
if(typeof data5 !== "string"){
const err11 = {instancePath:instancePath+"/intended-use",schemaPath:"#/properties/intended-use/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties["intended-use"].type,parentSchema:schema7.properties["intended-use"],data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.limitations !== undefined){
let data6 = data.limitations;
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 !== "string"){
const err12 = {instancePath:instancePath+"/limitations/" + i0,schemaPath:"#/properties/limitations/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties.limitations.items.type,parentSchema:schema7.properties.limitations.items,data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/limitations",schemaPath:"#/properties/limitations/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema7.properties.limitations.type,parentSchema:schema7.properties.limitations,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.license !== undefined){
let data8 = data.license;
if(typeof data8 !== "string"){
const err14 = {instancePath:instancePath+"/license",schemaPath:"#/properties/license/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema7.properties.license.type,parentSchema:schema7.properties.license,data:data8};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.datasets !== undefined){
let data9 = data.datasets;
if(Array.isArray(data9)){
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
if(!(validate23(data9[i1], {instancePath:instancePath+"/datasets/" + i1,parentData:data9,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err15 = {instancePath:instancePath+"/datasets",schemaPath:"#/properties/datasets/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema7.properties.datasets.type,parentSchema:schema7.properties.datasets,data:data9};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema7.type,parentSchema:schema7,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}

const schema9 = {"title":"Artifact","description":"The model's file or folder.","type":"object","additionalProperties":false,"required":["path"],"properties":{"path":{"$ref":"#/definitions/path"},"formats":{"description":"Formats that are accepted; any other is an error. Without it every format is accepted and judged by its content.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[a-z0-9][a-z0-9-]*$"}}}};
const schema10 = {"description":"A path relative to the folder of model.yaml, with forward slashes.","type":"string","pattern":"^[^/\\\\].*$"};
const pattern4 = new RegExp("^[^/\\\\].*$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\].*$"},message:"must match pattern \""+"^[^/\\\\].*$"+"\"",schema:"^[^/\\\\].*$",parentSchema:schema10,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema10.type,parentSchema:schema10,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}

const pattern5 = new RegExp("^[a-z0-9][a-z0-9-]*$", "u");

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.path === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'",schema:schema9.required,parentSchema:schema9,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "path") || (key0 === "formats"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema9,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.path !== undefined){
if(!(validate27(data.path, {instancePath:instancePath+"/path",parentData:data,parentDataProperty:"path",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.formats !== undefined){
let data1 = data.formats;
if(Array.isArray(data1)){
if(data1.length < 1){
const err2 = {instancePath:instancePath+"/formats",schemaPath:"#/properties/formats/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema9.properties.formats,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!pattern5.test(data2)){
const err3 = {instancePath:instancePath+"/formats/" + i0,schemaPath:"#/properties/formats/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9-]*$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9-]*$"+"\"",schema:"^[a-z0-9][a-z0-9-]*$",parentSchema:schema9.properties.formats.items,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/formats/" + i0,schemaPath:"#/properties/formats/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema9.properties.formats.items.type,parentSchema:schema9.properties.formats.items,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/formats",schemaPath:"#/properties/formats/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema9.properties.formats.type,parentSchema:schema9.properties.formats,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema9.type,parentSchema:schema9,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}

const schema11 = {"title":"Contract","description":"What goes in and what comes out; checked against the model's file.","type":"object","additionalProperties":false,"properties":{"inputs":{"type":"array","items":{"$ref":"#/definitions/feature"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/feature"}}}};
const schema12 = {"title":"Feature","description":"One input or output of the model.","type":"object","additionalProperties":false,"required":["name","type"],"properties":{"name":{"type":"string","pattern":"\\S"},"type":{"description":"Logical type.","enum":["string","integer","number","boolean"]},"shape":{"description":"Shape of one example; omitted for a scalar. -1 is any size.","type":"array","items":{"type":"integer","minimum":-1}},"values":{"description":"The categories that a string may have.","type":"array","items":{"type":"string"}},"minimum":{"type":"number"},"maximum":{"type":"number"},"description":{"type":"string"}}};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.type === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "name") || (key0 === "type")) || (key0 === "shape")) || (key0 === "values")) || (key0 === "minimum")) || (key0 === "maximum")) || (key0 === "description"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern2.test(data0)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema12.properties.name,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.name.type,parentSchema:schema12.properties.name,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.type !== undefined){
let data1 = data.type;
if(!((((data1 === "string") || (data1 === "integer")) || (data1 === "number")) || (data1 === "boolean"))){
const err5 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/enum",keyword:"enum",params:{allowedValues: schema12.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.type.enum,parentSchema:schema12.properties.type,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.shape !== undefined){
let data2 = data.shape;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err6 = {instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.shape.items.type,parentSchema:schema12.properties.shape.items,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < -1 || isNaN(data3)){
const err7 = {instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema12.properties.shape.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.shape.type,parentSchema:schema12.properties.shape,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.values !== undefined){
let data4 = data.values;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 !== "string"){
const err9 = {instancePath:instancePath+"/values/" + i1,schemaPath:"#/properties/values/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.values.items.type,parentSchema:schema12.properties.values.items,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.values.type,parentSchema:schema12.properties.values,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.minimum !== undefined){
let data6 = data.minimum;
if(!((typeof data6 == "number") && (isFinite(data6)))){
const err11 = {instancePath:instancePath+"/minimum",schemaPath:"#/properties/minimum/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.minimum.type,parentSchema:schema12.properties.minimum,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.maximum !== undefined){
let data7 = data.maximum;
if(!((typeof data7 == "number") && (isFinite(data7)))){
const err12 = {instancePath:instancePath+"/maximum",schemaPath:"#/properties/maximum/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.maximum.type,parentSchema:schema12.properties.maximum,data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.description !== undefined){
let data8 = data.description;
if(typeof data8 !== "string"){
const err13 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.description.type,parentSchema:schema12.properties.description,data:data8};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}


function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "inputs") || (key0 === "outputs"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.inputs !== undefined){
let data0 = data.inputs;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate31(data0[i0], {instancePath:instancePath+"/inputs/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/inputs",schemaPath:"#/properties/inputs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.inputs.type,parentSchema:schema11.properties.inputs,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.outputs !== undefined){
let data2 = data.outputs;
if(Array.isArray(data2)){
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
if(!(validate31(data2[i1], {instancePath:instancePath+"/outputs/" + i1,parentData:data2,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.outputs.type,parentSchema:schema11.properties.outputs,data:data2};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}

const schema13 = {"title":"Validation","description":"How validate-model judges.","type":"object","additionalProperties":false,"properties":{"fail-on":{"description":"Lowest severity that fails; never reports only.","enum":["error","warning","never"]},"allow":{"description":"Globals that a pickle may use beside the known ones, such as `scoring.features.Binner`.","type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$"}},"check-tensors":{"description":"Whether the numbers in tensors are read, to refuse NaN and infinity.","type":"boolean"},"max-size-mib":{"description":"Size that the model's files may have together, in MiB.","type":"number","exclusiveMinimum":0},"max-parameters":{"description":"How many numbers the model's tensors may hold.","type":"integer","minimum":1},"waivers":{"description":"Findings that somebody has decided to live with for a while; an expired waiver fails.","type":"array","items":{"$ref":"#/definitions/finding-waiver"}}}};
const pattern7 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$", "u");
const schema14 = {"title":"FindingWaiver","description":"A decision on certain bytes: it ends with its day, or when the file changes.","type":"object","additionalProperties":false,"required":["rule","digest","owner","reason","expires"],"properties":{"rule":{"description":"Identifier of the rule, such as MV301.","type":"string","pattern":"^MV[0-9]{3}$"},"digest":{"description":"Digest of the file, or of the whole model, that it is about; the report has both.","type":"string","pattern":"^sha256:[0-9a-f]{64}$"},"owner":{"description":"Who answers for the decision.","type":"string","pattern":"\\S"},"reason":{"description":"Why the finding is acceptable.","type":"string","pattern":"\\S"},"expires":{"description":"Last day on which it holds, in UTC, such as 2026-12-31.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}};
const pattern8 = new RegExp("^MV[0-9]{3}$", "u");
const pattern9 = new RegExp("^sha256:[0-9a-f]{64}$", "u");
const pattern12 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "u");

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.rule === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rule"},message:"must have required property '"+"rule"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.digest === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "digest"},message:"must have required property '"+"digest"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.owner === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "owner"},message:"must have required property '"+"owner"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.reason === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.expires === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "expires"},message:"must have required property '"+"expires"+"'",schema:schema14.required,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "rule") || (key0 === "digest")) || (key0 === "owner")) || (key0 === "reason")) || (key0 === "expires"))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.rule !== undefined){
let data0 = data.rule;
if(typeof data0 === "string"){
if(!pattern8.test(data0)){
const err6 = {instancePath:instancePath+"/rule",schemaPath:"#/properties/rule/pattern",keyword:"pattern",params:{pattern: "^MV[0-9]{3}$"},message:"must match pattern \""+"^MV[0-9]{3}$"+"\"",schema:"^MV[0-9]{3}$",parentSchema:schema14.properties.rule,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/rule",schemaPath:"#/properties/rule/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.rule.type,parentSchema:schema14.properties.rule,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.digest !== undefined){
let data1 = data.digest;
if(typeof data1 === "string"){
if(!pattern9.test(data1)){
const err8 = {instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"},message:"must match pattern \""+"^sha256:[0-9a-f]{64}$"+"\"",schema:"^sha256:[0-9a-f]{64}$",parentSchema:schema14.properties.digest,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.digest.type,parentSchema:schema14.properties.digest,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.owner !== undefined){
let data2 = data.owner;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err10 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14.properties.owner,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.owner.type,parentSchema:schema14.properties.owner,data:data2};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.reason !== undefined){
let data3 = data.reason;
if(typeof data3 === "string"){
if(!pattern2.test(data3)){
const err12 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema14.properties.reason,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.reason.type,parentSchema:schema14.properties.reason,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.expires !== undefined){
let data4 = data.expires;
if(typeof data4 === "string"){
if(!pattern12.test(data4)){
const err14 = {instancePath:instancePath+"/expires",schemaPath:"#/properties/expires/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"+"\"",schema:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",parentSchema:schema14.properties.expires,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/expires",schemaPath:"#/properties/expires/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.expires.type,parentSchema:schema14.properties.expires,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema14.type,parentSchema:schema14,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
validate36.errors = vErrors;
return errors === 0;
}


function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "fail-on") || (key0 === "allow")) || (key0 === "check-tensors")) || (key0 === "max-size-mib")) || (key0 === "max-parameters")) || (key0 === "waivers"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["fail-on"] !== undefined){
let data0 = data["fail-on"];
if(!(((data0 === "error") || (data0 === "warning")) || (data0 === "never"))){
const err1 = {instancePath:instancePath+"/fail-on",schemaPath:"#/properties/fail-on/enum",keyword:"enum",params:{allowedValues: schema13.properties["fail-on"].enum},message:"must be equal to one of the allowed values",schema:schema13.properties["fail-on"].enum,parentSchema:schema13.properties["fail-on"],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.allow !== undefined){
let data1 = data.allow;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!pattern7.test(data2)){
const err2 = {instancePath:instancePath+"/allow/" + i0,schemaPath:"#/properties/allow/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$",parentSchema:schema13.properties.allow.items,data:data2};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/allow/" + i0,schemaPath:"#/properties/allow/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.properties.allow.items.type,parentSchema:schema13.properties.allow.items,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema13.properties.allow.type,parentSchema:schema13.properties.allow,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["check-tensors"] !== undefined){
let data3 = data["check-tensors"];
if(typeof data3 !== "boolean"){
const err5 = {instancePath:instancePath+"/check-tensors",schemaPath:"#/properties/check-tensors/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema13.properties["check-tensors"].type,parentSchema:schema13.properties["check-tensors"],data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data["max-size-mib"] !== undefined){
let data4 = data["max-size-mib"];
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 <= 0 || isNaN(data4)){
const err6 = {instancePath:instancePath+"/max-size-mib",schemaPath:"#/properties/max-size-mib/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema13.properties["max-size-mib"],data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/max-size-mib",schemaPath:"#/properties/max-size-mib/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema13.properties["max-size-mib"].type,parentSchema:schema13.properties["max-size-mib"],data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data["max-parameters"] !== undefined){
let data5 = data["max-parameters"];
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err8 = {instancePath:instancePath+"/max-parameters",schemaPath:"#/properties/max-parameters/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema13.properties["max-parameters"].type,parentSchema:schema13.properties["max-parameters"],data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 1 || isNaN(data5)){
const err9 = {instancePath:instancePath+"/max-parameters",schemaPath:"#/properties/max-parameters/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema13.properties["max-parameters"],data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data.waivers !== undefined){
let data6 = data.waivers;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate36(data6[i1], {instancePath:instancePath+"/waivers/" + i1,parentData:data6,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/waivers",schemaPath:"#/properties/waivers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema13.properties.waivers.type,parentSchema:schema13.properties.waivers,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema13.type,parentSchema:schema13,data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}

const schema15 = {"title":"Image","description":"The serving image.","type":"object","additionalProperties":false,"properties":{"mode":{"enum":["layered","dockerfile"]},"base-image":{"description":"Image that serves; pin it by digest. `scratch` starts from nothing.","type":"string","pattern":"\\S"},"dockerfile":{"$ref":"#/definitions/path"},"files":{"description":"Files and folders that go into the image beside the model: path here -> absolute path in the image.","type":"object","additionalProperties":{"type":"string","pattern":"^/"}},"entrypoint":{"description":"Command line of the server.","type":"array","minItems":1,"items":{"type":"string"}},"env":{"description":"Environment of the server.","$ref":"#/definitions/strings"},"labels":{"description":"Labels of the image.","$ref":"#/definitions/strings"},"tags":{"description":"References to push to.","type":"array","items":{"type":"string","pattern":"\\S"}},"port":{"description":"Port that the server listens on (default 8080).","type":"integer","minimum":1,"maximum":65535},"health-route":{"description":"Route that answers 200 when the server is ready.","type":"string","pattern":"^/"},"predict-route":{"description":"Route of predictions.","type":"string","pattern":"^/"},"golden-path":{"$ref":"#/definitions/path"},"golden-tolerance":{"description":"Largest absolute difference between a golden prediction and the answer (default 1e-6).","type":"number","minimum":0},"budgets":{"$ref":"#/definitions/budgets"}}};
const pattern14 = new RegExp("^/", "u");
const schema16 = {"type":"object","additionalProperties":{"type":"string"}};

function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
let data0 = data[key0];
if(typeof data0 !== "string"){
const err0 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.additionalProperties.type,parentSchema:schema16.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.type,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate41.errors = vErrors;
return errors === 0;
}

const schema17 = {"title":"Budgets","description":"Bounds of what the probe of build-image measures; an image over one of them is not published.","type":"object","additionalProperties":false,"properties":{"start-time":{"description":"From the start of the server to its first healthy answer.","$ref":"#/definitions/duration"},"latency-p50":{"description":"Median time of a request for one prediction.","$ref":"#/definitions/duration"},"latency-p95":{"description":"Its 95th percentile.","$ref":"#/definitions/duration"},"latency-p99":{"description":"Its 99th percentile.","$ref":"#/definitions/duration"},"memory-mib":{"description":"Memory that the server may take, in MiB; a container is held to it.","type":"integer","minimum":1}}};
const schema18 = {"description":"A duration such as 90s, 10m or 1h30m.","type":"string","pattern":"^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$"};
const pattern18 = new RegExp("^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$", "u");

function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern18.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$"},message:"must match pattern \""+"^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$"+"\"",schema:"^([0-9]+(\\.[0-9]+)?(ms|[smhd]))+$|^0$",parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.type,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate46.errors = vErrors;
return errors === 0;
}


function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "start-time") || (key0 === "latency-p50")) || (key0 === "latency-p95")) || (key0 === "latency-p99")) || (key0 === "memory-mib"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["start-time"] !== undefined){
if(!(validate46(data["start-time"], {instancePath:instancePath+"/start-time",parentData:data,parentDataProperty:"start-time",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["latency-p50"] !== undefined){
if(!(validate46(data["latency-p50"], {instancePath:instancePath+"/latency-p50",parentData:data,parentDataProperty:"latency-p50",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["latency-p95"] !== undefined){
if(!(validate46(data["latency-p95"], {instancePath:instancePath+"/latency-p95",parentData:data,parentDataProperty:"latency-p95",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["latency-p99"] !== undefined){
if(!(validate46(data["latency-p99"], {instancePath:instancePath+"/latency-p99",parentData:data,parentDataProperty:"latency-p99",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["memory-mib"] !== undefined){
let data4 = data["memory-mib"];
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err1 = {instancePath:instancePath+"/memory-mib",schemaPath:"#/properties/memory-mib/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema17.properties["memory-mib"].type,parentSchema:schema17.properties["memory-mib"],data:data4};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1 || isNaN(data4)){
const err2 = {instancePath:instancePath+"/memory-mib",schemaPath:"#/properties/memory-mib/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema17.properties["memory-mib"],data:data4};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema17.type,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate45.errors = vErrors;
return errors === 0;
}


function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema15.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.mode !== undefined){
let data0 = data.mode;
if(!((data0 === "layered") || (data0 === "dockerfile"))){
const err1 = {instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema15.properties.mode.enum},message:"must be equal to one of the allowed values",schema:schema15.properties.mode.enum,parentSchema:schema15.properties.mode,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["base-image"] !== undefined){
let data1 = data["base-image"];
if(typeof data1 === "string"){
if(!pattern2.test(data1)){
const err2 = {instancePath:instancePath+"/base-image",schemaPath:"#/properties/base-image/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema15.properties["base-image"],data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/base-image",schemaPath:"#/properties/base-image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties["base-image"].type,parentSchema:schema15.properties["base-image"],data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.dockerfile !== undefined){
if(!(validate27(data.dockerfile, {instancePath:instancePath+"/dockerfile",parentData:data,parentDataProperty:"dockerfile",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.files !== undefined){
let data3 = data.files;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 in data3){
let data4 = data3[key1];
if(typeof data4 === "string"){
if(!pattern14.test(data4)){
const err4 = {instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/files/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^/"},message:"must match pattern \""+"^/"+"\"",schema:"^/",parentSchema:schema15.properties.files.additionalProperties,data:data4};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/files/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/files/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.files.additionalProperties.type,parentSchema:schema15.properties.files.additionalProperties,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/files",schemaPath:"#/properties/files/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.properties.files.type,parentSchema:schema15.properties.files,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.entrypoint !== undefined){
let data5 = data.entrypoint;
if(Array.isArray(data5)){
if(data5.length < 1){
const err7 = {instancePath:instancePath+"/entrypoint",schemaPath:"#/properties/entrypoint/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema15.properties.entrypoint,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 !== "string"){
const err8 = {instancePath:instancePath+"/entrypoint/" + i0,schemaPath:"#/properties/entrypoint/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.entrypoint.items.type,parentSchema:schema15.properties.entrypoint.items,data:data6};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/entrypoint",schemaPath:"#/properties/entrypoint/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema15.properties.entrypoint.type,parentSchema:schema15.properties.entrypoint,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.env !== undefined){
if(!(validate41(data.env, {instancePath:instancePath+"/env",parentData:data,parentDataProperty:"env",rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
}
if(data.labels !== undefined){
if(!(validate41(data.labels, {instancePath:instancePath+"/labels",parentData:data,parentDataProperty:"labels",rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
}
if(data.tags !== undefined){
let data9 = data.tags;
if(Array.isArray(data9)){
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
let data10 = data9[i1];
if(typeof data10 === "string"){
if(!pattern2.test(data10)){
const err10 = {instancePath:instancePath+"/tags/" + i1,schemaPath:"#/properties/tags/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema15.properties.tags.items,data:data10};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/tags/" + i1,schemaPath:"#/properties/tags/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.tags.items.type,parentSchema:schema15.properties.tags.items,data:data10};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/tags",schemaPath:"#/properties/tags/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema15.properties.tags.type,parentSchema:schema15.properties.tags,data:data9};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.port !== undefined){
let data11 = data.port;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err13 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.properties.port.type,parentSchema:schema15.properties.port,data:data11};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 65535 || isNaN(data11)){
const err14 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema15.properties.port,data:data11};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data11 < 1 || isNaN(data11)){
const err15 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema15.properties.port,data:data11};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data["health-route"] !== undefined){
let data12 = data["health-route"];
if(typeof data12 === "string"){
if(!pattern14.test(data12)){
const err16 = {instancePath:instancePath+"/health-route",schemaPath:"#/properties/health-route/pattern",keyword:"pattern",params:{pattern: "^/"},message:"must match pattern \""+"^/"+"\"",schema:"^/",parentSchema:schema15.properties["health-route"],data:data12};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/health-route",schemaPath:"#/properties/health-route/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties["health-route"].type,parentSchema:schema15.properties["health-route"],data:data12};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data["predict-route"] !== undefined){
let data13 = data["predict-route"];
if(typeof data13 === "string"){
if(!pattern14.test(data13)){
const err18 = {instancePath:instancePath+"/predict-route",schemaPath:"#/properties/predict-route/pattern",keyword:"pattern",params:{pattern: "^/"},message:"must match pattern \""+"^/"+"\"",schema:"^/",parentSchema:schema15.properties["predict-route"],data:data13};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/predict-route",schemaPath:"#/properties/predict-route/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties["predict-route"].type,parentSchema:schema15.properties["predict-route"],data:data13};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data["golden-path"] !== undefined){
if(!(validate27(data["golden-path"], {instancePath:instancePath+"/golden-path",parentData:data,parentDataProperty:"golden-path",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["golden-tolerance"] !== undefined){
let data15 = data["golden-tolerance"];
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 0 || isNaN(data15)){
const err20 = {instancePath:instancePath+"/golden-tolerance",schemaPath:"#/properties/golden-tolerance/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15.properties["golden-tolerance"],data:data15};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/golden-tolerance",schemaPath:"#/properties/golden-tolerance/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema15.properties["golden-tolerance"].type,parentSchema:schema15.properties["golden-tolerance"],data:data15};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.budgets !== undefined){
if(!(validate45(data.budgets, {instancePath:instancePath+"/budgets",parentData:data,parentDataProperty:"budgets",rootData}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
}
}
else {
const err22 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.type,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
validate39.errors = vErrors;
return errors === 0;
}

const schema19 = {"title":"Registry","description":"The model's place in Vertex AI Model Registry.","type":"object","additionalProperties":false,"properties":{"model-id":{"type":"string","pattern":"^[a-z][a-z0-9_-]{0,62}$"},"display-name":{"type":"string","pattern":"^.{1,128}$"},"aliases":{"description":"Version aliases to set; never `default`.","type":"array","items":{"type":"string","pattern":"^[a-z][a-z0-9-]{0,126}[a-z0-9]$","not":{"const":"default"}}},"labels":{"$ref":"#/definitions/labels"}}};
const pattern19 = new RegExp("^[a-z][a-z0-9_-]{0,62}$", "u");
const pattern21 = new RegExp("^[a-z][a-z0-9-]{0,126}[a-z0-9]$", "u");
const schema20 = {"description":"Labels: keys and values of lower case letters, digits, _ and -, at most 63 characters.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9_-]{0,62}$"},"additionalProperties":{"type":"string","pattern":"^[a-z0-9_-]{0,63}$"}};
const pattern23 = new RegExp("^[a-z0-9_-]{0,63}$", "u");

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern19.test(key0)){
const err0 = {instancePath,schemaPath:"#/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,62}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,62}$"+"\"",schema:"^[a-z][a-z0-9_-]{0,62}$",parentSchema:schema20.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
const err1 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema20.propertyNames,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
for(const key1 in data){
let data0 = data[key1];
if(typeof data0 === "string"){
if(!pattern23.test(data0)){
const err2 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9_-]{0,63}$"},message:"must match pattern \""+"^[a-z0-9_-]{0,63}$"+"\"",schema:"^[a-z0-9_-]{0,63}$",parentSchema:schema20.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema20.additionalProperties.type,parentSchema:schema20.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}


function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "model-id") || (key0 === "display-name")) || (key0 === "aliases")) || (key0 === "labels"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["model-id"] !== undefined){
let data0 = data["model-id"];
if(typeof data0 === "string"){
if(!pattern19.test(data0)){
const err1 = {instancePath:instancePath+"/model-id",schemaPath:"#/properties/model-id/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,62}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,62}$"+"\"",schema:"^[a-z][a-z0-9_-]{0,62}$",parentSchema:schema19.properties["model-id"],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/model-id",schemaPath:"#/properties/model-id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties["model-id"].type,parentSchema:schema19.properties["model-id"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data["display-name"] !== undefined){
let data1 = data["display-name"];
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err3 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/pattern",keyword:"pattern",params:{pattern: "^.{1,128}$"},message:"must match pattern \""+"^.{1,128}$"+"\"",schema:"^.{1,128}$",parentSchema:schema19.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties["display-name"].type,parentSchema:schema19.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.aliases !== undefined){
let data2 = data.aliases;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs10 = errors;
const _errs11 = errors;
if("default" !== data3){
const err5 = {};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
var valid3 = _errs11 === errors;
if(valid3){
const err6 = {instancePath:instancePath+"/aliases/" + i0,schemaPath:"#/properties/aliases/items/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema19.properties.aliases.items.not,parentSchema:schema19.properties.aliases.items,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
}
if(typeof data3 === "string"){
if(!pattern21.test(data3)){
const err7 = {instancePath:instancePath+"/aliases/" + i0,schemaPath:"#/properties/aliases/items/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,126}[a-z0-9]$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,126}[a-z0-9]$"+"\"",schema:"^[a-z][a-z0-9-]{0,126}[a-z0-9]$",parentSchema:schema19.properties.aliases.items,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/aliases/" + i0,schemaPath:"#/properties/aliases/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.aliases.items.type,parentSchema:schema19.properties.aliases.items,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/aliases",schemaPath:"#/properties/aliases/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema19.properties.aliases.type,parentSchema:schema19.properties.aliases,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.labels !== undefined){
if(!(validate54(data.labels, {instancePath:instancePath+"/labels",parentData:data,parentDataProperty:"labels",rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate53.errors = vErrors;
return errors === 0;
}

const schema21 = {"title":"DataValidation","description":"What validate-data checks: the data that the model is trained on or fed with, and what was agreed about it.","type":"object","additionalProperties":false,"properties":{"contract":{"description":"The data contract, after the Open Data Contract Standard.","$ref":"#/definitions/path"},"schema-object":{"description":"Name of the contract's object that the data is; needed only where it has several.","type":"string","pattern":"\\S"},"data":{"description":"Files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"table":{"description":"Table or view in BigQuery: `project.dataset.table`.","type":"string","pattern":"\\S"},"maximum-bytes-billed":{"description":"Bytes that one statement in BigQuery may bill at most (default 10 GB).","type":"integer","minimum":1},"profile":{"description":"Reference profile that drift and volume are measured against.","$ref":"#/definitions/path"},"key-columns":{"description":"Columns that name a row; only their salted hash is shown.","type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"}},"fail-on":{"description":"What the step fails for (default `error`).","enum":["error","warning","never"]}}};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((((key0 === "contract") || (key0 === "schema-object")) || (key0 === "data")) || (key0 === "table")) || (key0 === "maximum-bytes-billed")) || (key0 === "profile")) || (key0 === "key-columns")) || (key0 === "fail-on"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.contract !== undefined){
if(!(validate27(data.contract, {instancePath:instancePath+"/contract",parentData:data,parentDataProperty:"contract",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["schema-object"] !== undefined){
let data1 = data["schema-object"];
if(typeof data1 === "string"){
if(!pattern2.test(data1)){
const err1 = {instancePath:instancePath+"/schema-object",schemaPath:"#/properties/schema-object/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema21.properties["schema-object"],data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/schema-object",schemaPath:"#/properties/schema-object/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties["schema-object"].type,parentSchema:schema21.properties["schema-object"],data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.data !== undefined){
let data2 = data.data;
if(Array.isArray(data2)){
if(data2.length < 1){
const err3 = {instancePath:instancePath+"/data",schemaPath:"#/properties/data/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema21.properties.data,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate27(data2[i0], {instancePath:instancePath+"/data/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties.data.type,parentSchema:schema21.properties.data,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.table !== undefined){
let data4 = data.table;
if(typeof data4 === "string"){
if(!pattern2.test(data4)){
const err5 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema21.properties.table,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.table.type,parentSchema:schema21.properties.table,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data["maximum-bytes-billed"] !== undefined){
let data5 = data["maximum-bytes-billed"];
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err7 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema21.properties["maximum-bytes-billed"].type,parentSchema:schema21.properties["maximum-bytes-billed"],data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 1 || isNaN(data5)){
const err8 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema21.properties["maximum-bytes-billed"],data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
if(data.profile !== undefined){
if(!(validate27(data.profile, {instancePath:instancePath+"/profile",parentData:data,parentDataProperty:"profile",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["key-columns"] !== undefined){
let data7 = data["key-columns"];
if(Array.isArray(data7)){
if(data7.length < 1){
const err9 = {instancePath:instancePath+"/key-columns",schemaPath:"#/properties/key-columns/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema21.properties["key-columns"],data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(!pattern2.test(data8)){
const err10 = {instancePath:instancePath+"/key-columns/" + i1,schemaPath:"#/properties/key-columns/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema21.properties["key-columns"].items,data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/key-columns/" + i1,schemaPath:"#/properties/key-columns/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties["key-columns"].items.type,parentSchema:schema21.properties["key-columns"].items,data:data8};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/key-columns",schemaPath:"#/properties/key-columns/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties["key-columns"].type,parentSchema:schema21.properties["key-columns"],data:data7};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data["fail-on"] !== undefined){
let data9 = data["fail-on"];
if(!(((data9 === "error") || (data9 === "warning")) || (data9 === "never"))){
const err13 = {instancePath:instancePath+"/fail-on",schemaPath:"#/properties/fail-on/enum",keyword:"enum",params:{allowedValues: schema21.properties["fail-on"].enum},message:"must be equal to one of the allowed values",schema:schema21.properties["fail-on"].enum,parentSchema:schema21.properties["fail-on"],data:data9};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate57.errors = vErrors;
return errors === 0;
}

const schema22 = {"title":"Gate","description":"The policy that decides whether a candidate may be released.","type":"object","additionalProperties":false,"required":["checks"],"properties":{"candidate":{"$ref":"#/definitions/path"},"champion":{"description":"Predictions or metrics of the model that serves now; `registry` for the metrics of the version behind the alias `champion`; `none` where no model serves yet.","type":"string","pattern":"^[^/\\\\].*$"},"id-column":{"description":"Column that names a row (default `id`).","type":"string","pattern":"\\S"},"label-column":{"description":"Column of the observed outcome (default `label`).","type":"string","pattern":"\\S"},"score-column":{"description":"Column of the prediction (default `score`).","type":"string","pattern":"\\S"},"score-columns":{"description":"Columns of models that predict several numbers. Multiclass: the column of each class's probability, by the class's label. Quantile: the column of each forecast, by its level (such as 0.05).","type":"object","minProperties":2,"additionalProperties":{"type":"string","pattern":"\\S"}},"first-release":{"description":"With champion `registry`, where no version has the alias yet: `refuse` to judge (default), or `allow` the absolute checks to decide alone.","enum":["refuse","allow"]},"near-perfect":{"description":"Models that rank nearly perfectly (an AUC above 0.995): `refuse` to judge them, since a column has probably leaked the outcome (default), or `allow` them where prediction is that easy.","enum":["refuse","allow"]},"attributes":{"description":"Table of what else is known of the rows, joined by the id column; default: the candidate's own file. It may hold more rows.","$ref":"#/definitions/path"},"weight-column":{"description":"Column of attributes by which rows count more or less; default: all alike.","type":"string","pattern":"\\S"},"cluster-column":{"description":"Column of attributes that says which rows belong together, such as a customer; intervals then come from the bootstrap of whole clusters.","type":"string","pattern":"\\S"},"query-column":{"description":"Ranking: column of attributes that says which query a row answers.","type":"string","pattern":"\\S"},"task":{"description":"What is predicted (default `binary`): an event, one of several classes, a number, quantiles of a number, or an order of answers to queries.","enum":["binary","multiclass","regression","quantile","ranking"]},"positive-label":{"description":"Label of the event that the score is the probability of (default 1).","type":["string","integer"]},"threshold":{"description":"Score from which a row counts as positive, for the metrics that need it (default 0.5).","type":"number"},"top-share":{"description":"Share of the rows, those with the highest scores, that capture and lift look at (default 0.1).","type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"cutoff":{"description":"Ranking: so many answers of a query, those with the best scores, are looked at (default 10).","type":"integer","minimum":1},"costs":{"description":"What a wrong decision costs, in any one unit, for expected-cost.","type":"object","additionalProperties":false,"required":["false-positive","false-negative"],"properties":{"false-positive":{"description":"Calling an event that is none.","type":"number","minimum":0},"false-negative":{"description":"Not calling an event.","type":"number","minimum":0}}},"minimum-rows":{"description":"Below this many rows the verdict is inconclusive (default 100). Of rankings queries are counted, and clusters where there are any.","type":"integer","minimum":2},"minimum-slice-rows":{"description":"Below this many rows in a slice its check is inconclusive (default 50).","type":"integer","minimum":2},"confidence":{"description":"Confidence of the intervals (default 0.95).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"resamples":{"description":"Bootstrap resamples (default 2000).","type":"integer","minimum":200,"maximum":100000},"seed":{"description":"Seed of resampling and of the negative control (default 1).","type":"integer","minimum":0},"on-inconclusive":{"description":"What an inconclusive verdict does to the step: `fail` it (default) or `warn`.","enum":["fail","warn"]},"allow-point-metrics":{"description":"Accept metrics without sample size or interval, where rows cannot be had (default false).","type":"boolean"},"checks":{"type":"array","minItems":1,"items":{"$ref":"#/definitions/check"}},"waivers":{"description":"Checks that somebody answers for although they are not met.","type":"array","items":{"$ref":"#/definitions/check-waiver"}}}};
const schema23 = {"title":"Check","description":"One requirement. Whether higher or lower is better is a property of the metric. Exactly one of bound, non-inferiority-margin, superiority-margin.","type":"object","additionalProperties":false,"required":["metric"],"properties":{"name":{"description":"Name in the record; default: metric and kind.","type":"string","pattern":"\\S"},"metric":{"type":"string","pattern":"^[a-z][a-z0-9-]*$"},"bound":{"description":"The candidate must be at least this good.","type":"number"},"non-inferiority-margin":{"description":"The candidate may be worse than the champion by less than this.","type":"number","minimum":0},"superiority-margin":{"description":"The candidate must be better than the champion by more than this.","type":"number","minimum":0},"column":{"description":"Of csi: column of attributes whose distribution is compared between slices.","type":"string","pattern":"\\S"},"blocking":{"description":"False: reported, but does not decide (default true).","type":"boolean"},"slice":{"$ref":"#/definitions/slice"}},"oneOf":[{"required":["bound"]},{"required":["non-inferiority-margin"]},{"required":["superiority-margin"]}]};
const pattern36 = new RegExp("^[a-z][a-z0-9-]*$", "u");
const schema24 = {"title":"Slice","description":"The check is made in every slice, and the worst decides; a metric that ends in -gap or -difference compares the slices. At most one of values, edges, and from or until; none of them: a slice for each value.","type":"object","additionalProperties":false,"required":["column"],"properties":{"column":{"description":"Column of attributes.","type":"string","pattern":"\\S"},"values":{"description":"The values that make a slice each; rows with others are left out.","type":"array","minItems":1,"items":{"type":["string","number","boolean"]}},"edges":{"description":"Of numbers, rising: below the first, from each to below the next, from the last on.","type":"array","minItems":1,"items":{"type":"number"}},"from":{"description":"Of dates: rows from this day on are the slice, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},"until":{"description":"Of dates: rows before this day are the slice, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.column === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "column"},message:"must have required property '"+"column"+"'",schema:schema24.required,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "column") || (key0 === "values")) || (key0 === "edges")) || (key0 === "from")) || (key0 === "until"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.column !== undefined){
let data0 = data.column;
if(typeof data0 === "string"){
if(!pattern2.test(data0)){
const err2 = {instancePath:instancePath+"/column",schemaPath:"#/properties/column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema24.properties.column,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/column",schemaPath:"#/properties/column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.column.type,parentSchema:schema24.properties.column,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.values !== undefined){
let data1 = data.values;
if(Array.isArray(data1)){
if(data1.length < 1){
const err4 = {instancePath:instancePath+"/values",schemaPath:"#/properties/values/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema24.properties.values,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(((typeof data2 !== "string") && (!((typeof data2 == "number") && (isFinite(data2))))) && (typeof data2 !== "boolean")){
const err5 = {instancePath:instancePath+"/values/" + i0,schemaPath:"#/properties/values/items/type",keyword:"type",params:{type: schema24.properties.values.items.type},message:"must be string,number,boolean",schema:schema24.properties.values.items.type,parentSchema:schema24.properties.values.items,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.values.type,parentSchema:schema24.properties.values,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.edges !== undefined){
let data3 = data.edges;
if(Array.isArray(data3)){
if(data3.length < 1){
const err7 = {instancePath:instancePath+"/edges",schemaPath:"#/properties/edges/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema24.properties.edges,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
let data4 = data3[i1];
if(!((typeof data4 == "number") && (isFinite(data4)))){
const err8 = {instancePath:instancePath+"/edges/" + i1,schemaPath:"#/properties/edges/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema24.properties.edges.items.type,parentSchema:schema24.properties.edges.items,data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/edges",schemaPath:"#/properties/edges/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema24.properties.edges.type,parentSchema:schema24.properties.edges,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.from !== undefined){
let data5 = data.from;
if(typeof data5 === "string"){
if(!pattern12.test(data5)){
const err10 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"+"\"",schema:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",parentSchema:schema24.properties.from,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/from",schemaPath:"#/properties/from/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.from.type,parentSchema:schema24.properties.from,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.until !== undefined){
let data6 = data.until;
if(typeof data6 === "string"){
if(!pattern12.test(data6)){
const err12 = {instancePath:instancePath+"/until",schemaPath:"#/properties/until/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"+"\"",schema:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",parentSchema:schema24.properties.until,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/until",schemaPath:"#/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.until.type,parentSchema:schema24.properties.until,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate66.errors = vErrors;
return errors === 0;
}


function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = false;
let passing0 = null;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.bound === undefined){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "bound"},message:"must have required property '"+"bound"+"'",schema:schema23.oneOf[0].required,parentSchema:schema23.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data["non-inferiority-margin"] === undefined){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "non-inferiority-margin"},message:"must have required property '"+"non-inferiority-margin"+"'",schema:schema23.oneOf[1].required,parentSchema:schema23.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data["superiority-margin"] === undefined){
const err2 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "superiority-margin"},message:"must have required property '"+"superiority-margin"+"'",schema:schema23.oneOf[2].required,parentSchema:schema23.oneOf[2],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
}
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema23.oneOf,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.metric === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema23.required,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "name") || (key0 === "metric")) || (key0 === "bound")) || (key0 === "non-inferiority-margin")) || (key0 === "superiority-margin")) || (key0 === "column")) || (key0 === "blocking")) || (key0 === "slice"))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern2.test(data0)){
const err6 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.name,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.name.type,parentSchema:schema23.properties.name,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metric !== undefined){
let data1 = data.metric;
if(typeof data1 === "string"){
if(!pattern36.test(data1)){
const err8 = {instancePath:instancePath+"/metric",schemaPath:"#/properties/metric/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]*$"},message:"must match pattern \""+"^[a-z][a-z0-9-]*$"+"\"",schema:"^[a-z][a-z0-9-]*$",parentSchema:schema23.properties.metric,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/metric",schemaPath:"#/properties/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.metric.type,parentSchema:schema23.properties.metric,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.bound !== undefined){
let data2 = data.bound;
if(!((typeof data2 == "number") && (isFinite(data2)))){
const err10 = {instancePath:instancePath+"/bound",schemaPath:"#/properties/bound/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties.bound.type,parentSchema:schema23.properties.bound,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data["non-inferiority-margin"] !== undefined){
let data3 = data["non-inferiority-margin"];
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 0 || isNaN(data3)){
const err11 = {instancePath:instancePath+"/non-inferiority-margin",schemaPath:"#/properties/non-inferiority-margin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties["non-inferiority-margin"],data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/non-inferiority-margin",schemaPath:"#/properties/non-inferiority-margin/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties["non-inferiority-margin"].type,parentSchema:schema23.properties["non-inferiority-margin"],data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data["superiority-margin"] !== undefined){
let data4 = data["superiority-margin"];
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
const err13 = {instancePath:instancePath+"/superiority-margin",schemaPath:"#/properties/superiority-margin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema23.properties["superiority-margin"],data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/superiority-margin",schemaPath:"#/properties/superiority-margin/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema23.properties["superiority-margin"].type,parentSchema:schema23.properties["superiority-margin"],data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.column !== undefined){
let data5 = data.column;
if(typeof data5 === "string"){
if(!pattern2.test(data5)){
const err15 = {instancePath:instancePath+"/column",schemaPath:"#/properties/column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema23.properties.column,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/column",schemaPath:"#/properties/column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.column.type,parentSchema:schema23.properties.column,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.blocking !== undefined){
let data6 = data.blocking;
if(typeof data6 !== "boolean"){
const err17 = {instancePath:instancePath+"/blocking",schemaPath:"#/properties/blocking/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.blocking.type,parentSchema:schema23.properties.blocking,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.slice !== undefined){
if(!(validate66(data.slice, {instancePath:instancePath+"/slice",parentData:data,parentDataProperty:"slice",rootData}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
}
}
else {
const err18 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
validate65.errors = vErrors;
return errors === 0;
}

const schema25 = {"title":"CheckWaiver","description":"Lets a check go unmet until a day. After it the check fails, even where it was inconclusive.","type":"object","additionalProperties":false,"required":["check","owner","reason","expires"],"properties":{"check":{"description":"Name of the check.","type":"string","pattern":"\\S"},"owner":{"description":"Who answers for it.","type":"string","pattern":"\\S"},"reason":{"description":"Why it may go unmet.","type":"string","pattern":"\\S"},"expires":{"description":"Last day that it holds, in UTC.","type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.check === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "check"},message:"must have required property '"+"check"+"'",schema:schema25.required,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.owner === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "owner"},message:"must have required property '"+"owner"+"'",schema:schema25.required,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.reason === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'",schema:schema25.required,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.expires === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "expires"},message:"must have required property '"+"expires"+"'",schema:schema25.required,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "check") || (key0 === "owner")) || (key0 === "reason")) || (key0 === "expires"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.check !== undefined){
let data0 = data.check;
if(typeof data0 === "string"){
if(!pattern2.test(data0)){
const err5 = {instancePath:instancePath+"/check",schemaPath:"#/properties/check/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema25.properties.check,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/check",schemaPath:"#/properties/check/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.properties.check.type,parentSchema:schema25.properties.check,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.owner !== undefined){
let data1 = data.owner;
if(typeof data1 === "string"){
if(!pattern2.test(data1)){
const err7 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema25.properties.owner,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/owner",schemaPath:"#/properties/owner/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.properties.owner.type,parentSchema:schema25.properties.owner,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.reason !== undefined){
let data2 = data.reason;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err9 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema25.properties.reason,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.properties.reason.type,parentSchema:schema25.properties.reason,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.expires !== undefined){
let data3 = data.expires;
if(typeof data3 === "string"){
if(!pattern12.test(data3)){
const err11 = {instancePath:instancePath+"/expires",schemaPath:"#/properties/expires/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"+"\"",schema:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",parentSchema:schema25.properties.expires,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/expires",schemaPath:"#/properties/expires/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema25.properties.expires.type,parentSchema:schema25.properties.expires,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate69.errors = vErrors;
return errors === 0;
}


function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.checks === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "checks"},message:"must have required property '"+"checks"+"'",schema:schema22.required,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema22.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.candidate !== undefined){
if(!(validate27(data.candidate, {instancePath:instancePath+"/candidate",parentData:data,parentDataProperty:"candidate",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.champion !== undefined){
let data1 = data.champion;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err2 = {instancePath:instancePath+"/champion",schemaPath:"#/properties/champion/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\].*$"},message:"must match pattern \""+"^[^/\\\\].*$"+"\"",schema:"^[^/\\\\].*$",parentSchema:schema22.properties.champion,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/champion",schemaPath:"#/properties/champion/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.champion.type,parentSchema:schema22.properties.champion,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["id-column"] !== undefined){
let data2 = data["id-column"];
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err4 = {instancePath:instancePath+"/id-column",schemaPath:"#/properties/id-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["id-column"],data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/id-column",schemaPath:"#/properties/id-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["id-column"].type,parentSchema:schema22.properties["id-column"],data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data["label-column"] !== undefined){
let data3 = data["label-column"];
if(typeof data3 === "string"){
if(!pattern2.test(data3)){
const err6 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["label-column"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["label-column"].type,parentSchema:schema22.properties["label-column"],data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data["score-column"] !== undefined){
let data4 = data["score-column"];
if(typeof data4 === "string"){
if(!pattern2.test(data4)){
const err8 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["score-column"],data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["score-column"].type,parentSchema:schema22.properties["score-column"],data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data["score-columns"] !== undefined){
let data5 = data["score-columns"];
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length < 2){
const err10 = {instancePath:instancePath+"/score-columns",schemaPath:"#/properties/score-columns/minProperties",keyword:"minProperties",params:{limit: 2},message:"must NOT have fewer than 2 properties",schema:2,parentSchema:schema22.properties["score-columns"],data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data5){
let data6 = data5[key1];
if(typeof data6 === "string"){
if(!pattern2.test(data6)){
const err11 = {instancePath:instancePath+"/score-columns/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/score-columns/additionalProperties/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["score-columns"].additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/score-columns/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/score-columns/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["score-columns"].additionalProperties.type,parentSchema:schema22.properties["score-columns"].additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/score-columns",schemaPath:"#/properties/score-columns/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties["score-columns"].type,parentSchema:schema22.properties["score-columns"],data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data["first-release"] !== undefined){
let data7 = data["first-release"];
if(!((data7 === "refuse") || (data7 === "allow"))){
const err14 = {instancePath:instancePath+"/first-release",schemaPath:"#/properties/first-release/enum",keyword:"enum",params:{allowedValues: schema22.properties["first-release"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["first-release"].enum,parentSchema:schema22.properties["first-release"],data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data["near-perfect"] !== undefined){
let data8 = data["near-perfect"];
if(!((data8 === "refuse") || (data8 === "allow"))){
const err15 = {instancePath:instancePath+"/near-perfect",schemaPath:"#/properties/near-perfect/enum",keyword:"enum",params:{allowedValues: schema22.properties["near-perfect"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["near-perfect"].enum,parentSchema:schema22.properties["near-perfect"],data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.attributes !== undefined){
if(!(validate27(data.attributes, {instancePath:instancePath+"/attributes",parentData:data,parentDataProperty:"attributes",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["weight-column"] !== undefined){
let data10 = data["weight-column"];
if(typeof data10 === "string"){
if(!pattern2.test(data10)){
const err16 = {instancePath:instancePath+"/weight-column",schemaPath:"#/properties/weight-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["weight-column"],data:data10};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/weight-column",schemaPath:"#/properties/weight-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["weight-column"].type,parentSchema:schema22.properties["weight-column"],data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data["cluster-column"] !== undefined){
let data11 = data["cluster-column"];
if(typeof data11 === "string"){
if(!pattern2.test(data11)){
const err18 = {instancePath:instancePath+"/cluster-column",schemaPath:"#/properties/cluster-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["cluster-column"],data:data11};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/cluster-column",schemaPath:"#/properties/cluster-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["cluster-column"].type,parentSchema:schema22.properties["cluster-column"],data:data11};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data["query-column"] !== undefined){
let data12 = data["query-column"];
if(typeof data12 === "string"){
if(!pattern2.test(data12)){
const err20 = {instancePath:instancePath+"/query-column",schemaPath:"#/properties/query-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["query-column"],data:data12};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/query-column",schemaPath:"#/properties/query-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["query-column"].type,parentSchema:schema22.properties["query-column"],data:data12};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.task !== undefined){
let data13 = data.task;
if(!(((((data13 === "binary") || (data13 === "multiclass")) || (data13 === "regression")) || (data13 === "quantile")) || (data13 === "ranking"))){
const err22 = {instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema22.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema22.properties.task.enum,parentSchema:schema22.properties.task,data:data13};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data["positive-label"] !== undefined){
let data14 = data["positive-label"];
if((typeof data14 !== "string") && (!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14))))){
const err23 = {instancePath:instancePath+"/positive-label",schemaPath:"#/properties/positive-label/type",keyword:"type",params:{type: schema22.properties["positive-label"].type},message:"must be string,integer",schema:schema22.properties["positive-label"].type,parentSchema:schema22.properties["positive-label"],data:data14};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.threshold !== undefined){
let data15 = data.threshold;
if(!((typeof data15 == "number") && (isFinite(data15)))){
const err24 = {instancePath:instancePath+"/threshold",schemaPath:"#/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.threshold.type,parentSchema:schema22.properties.threshold,data:data15};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data["top-share"] !== undefined){
let data16 = data["top-share"];
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 >= 1 || isNaN(data16)){
const err25 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data16 <= 0 || isNaN(data16)){
const err26 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties["top-share"].type,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.cutoff !== undefined){
let data17 = data.cutoff;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err28 = {instancePath:instancePath+"/cutoff",schemaPath:"#/properties/cutoff/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.cutoff.type,parentSchema:schema22.properties.cutoff,data:data17};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 1 || isNaN(data17)){
const err29 = {instancePath:instancePath+"/cutoff",schemaPath:"#/properties/cutoff/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.cutoff,data:data17};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data.costs !== undefined){
let data18 = data.costs;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(data18["false-positive"] === undefined){
const err30 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/required",keyword:"required",params:{missingProperty: "false-positive"},message:"must have required property '"+"false-positive"+"'",schema:schema22.properties.costs.required,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data18["false-negative"] === undefined){
const err31 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/required",keyword:"required",params:{missingProperty: "false-negative"},message:"must have required property '"+"false-negative"+"'",schema:schema22.properties.costs.required,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key2 in data18){
if(!((key2 === "false-positive") || (key2 === "false-negative"))){
const err32 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data18["false-positive"] !== undefined){
let data19 = data18["false-positive"];
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 < 0 || isNaN(data19)){
const err33 = {instancePath:instancePath+"/costs/false-positive",schemaPath:"#/properties/costs/properties/false-positive/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.costs.properties["false-positive"],data:data19};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/costs/false-positive",schemaPath:"#/properties/costs/properties/false-positive/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.costs.properties["false-positive"].type,parentSchema:schema22.properties.costs.properties["false-positive"],data:data19};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data18["false-negative"] !== undefined){
let data20 = data18["false-negative"];
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
const err35 = {instancePath:instancePath+"/costs/false-negative",schemaPath:"#/properties/costs/properties/false-negative/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.costs.properties["false-negative"],data:data20};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/costs/false-negative",schemaPath:"#/properties/costs/properties/false-negative/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.costs.properties["false-negative"].type,parentSchema:schema22.properties.costs.properties["false-negative"],data:data20};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.costs.type,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data["minimum-rows"] !== undefined){
let data21 = data["minimum-rows"];
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
const err38 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties["minimum-rows"].type,parentSchema:schema22.properties["minimum-rows"],data:data21};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < 2 || isNaN(data21)){
const err39 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema22.properties["minimum-rows"],data:data21};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data["minimum-slice-rows"] !== undefined){
let data22 = data["minimum-slice-rows"];
if(!(((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22))) && (isFinite(data22)))){
const err40 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties["minimum-slice-rows"].type,parentSchema:schema22.properties["minimum-slice-rows"],data:data22};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 < 2 || isNaN(data22)){
const err41 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema22.properties["minimum-slice-rows"],data:data22};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
if(data.confidence !== undefined){
let data23 = data.confidence;
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 >= 1 || isNaN(data23)){
const err42 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data23 <= 0.5 || isNaN(data23)){
const err43 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.confidence.type,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.resamples !== undefined){
let data24 = data.resamples;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
const err45 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.resamples.type,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 100000 || isNaN(data24)){
const err46 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data24 < 200 || isNaN(data24)){
const err47 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/minimum",keyword:"minimum",params:{comparison: ">=", limit: 200},message:"must be >= 200",schema:200,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
if(data.seed !== undefined){
let data25 = data.seed;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err48 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.seed.type,parentSchema:schema22.properties.seed,data:data25};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err49 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.seed,data:data25};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data["on-inconclusive"] !== undefined){
let data26 = data["on-inconclusive"];
if(!((data26 === "fail") || (data26 === "warn"))){
const err50 = {instancePath:instancePath+"/on-inconclusive",schemaPath:"#/properties/on-inconclusive/enum",keyword:"enum",params:{allowedValues: schema22.properties["on-inconclusive"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["on-inconclusive"].enum,parentSchema:schema22.properties["on-inconclusive"],data:data26};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data["allow-point-metrics"] !== undefined){
let data27 = data["allow-point-metrics"];
if(typeof data27 !== "boolean"){
const err51 = {instancePath:instancePath+"/allow-point-metrics",schemaPath:"#/properties/allow-point-metrics/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema22.properties["allow-point-metrics"].type,parentSchema:schema22.properties["allow-point-metrics"],data:data27};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.checks !== undefined){
let data28 = data.checks;
if(Array.isArray(data28)){
if(data28.length < 1){
const err52 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema22.properties.checks,data:data28};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len0 = data28.length;
for(let i0=0; i0<len0; i0++){
if(!(validate65(data28[i0], {instancePath:instancePath+"/checks/" + i0,parentData:data28,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
}
}
else {
const err53 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.checks.type,parentSchema:schema22.properties.checks,data:data28};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.waivers !== undefined){
let data30 = data.waivers;
if(Array.isArray(data30)){
const len1 = data30.length;
for(let i1=0; i1<len1; i1++){
if(!(validate69(data30[i1], {instancePath:instancePath+"/waivers/" + i1,parentData:data30,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
}
else {
const err54 = {instancePath:instancePath+"/waivers",schemaPath:"#/properties/waivers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.waivers.type,parentSchema:schema22.properties.waivers,data:data30};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}

const schema26 = {"title":"Endpoint","description":"How the model is served on Vertex AI.","type":"object","additionalProperties":false,"properties":{"endpoint-id":{"type":"string","pattern":"^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$"},"display-name":{"type":"string","pattern":"^.{1,128}$"},"access":{"description":"Who can reach an endpoint that is made: at the region's API, at a host of its own, or from networks that Private Service Connect lets in.","enum":["shared","dedicated","private"]},"private-projects":{"description":"Projects whose networks may reach a private endpoint.","type":"array","minItems":1,"items":{"type":"string","pattern":"^[a-z0-9:.-]+$"}},"prediction-host":{"description":"Address at which the runners' network reaches a private endpoint.","type":"string","pattern":"^[A-Za-z0-9.:\\[\\]-]+$"},"machine-type":{"description":"Such as n1-standard-2.","type":"string","pattern":"^[a-z0-9-]+$"},"min-replicas":{"type":"integer","minimum":1},"max-replicas":{"type":"integer","minimum":1},"accelerator-type":{"description":"Such as NVIDIA_L4.","type":"string","pattern":"^[A-Z0-9_]+$"},"accelerator-count":{"type":"integer","minimum":1},"service-account":{"description":"Account that the container runs as.","type":"string","pattern":"^[^@\\s]+@[^@\\s]+$"},"strategy":{"description":"How traffic moves: by steps, all at once with the old model at hand, or all at once (default canary).","enum":["canary","blue-green","immediate"]},"traffic-steps":{"description":"Percentages of traffic that the new model gets, rising to 100.","type":"array","minItems":1,"items":{"type":"integer","minimum":1,"maximum":100}},"bake-time":{"$ref":"#/definitions/duration"},"probe-path":{"$ref":"#/definitions/path"},"probe-tolerance":{"description":"Largest absolute difference between an expected prediction and the answer (default 1e-6).","type":"number","minimum":0},"max-latency-increase":{"description":"Fraction by which the new model's median latency may exceed the others'; without it latency does not decide.","type":"number","minimum":0},"analysis-command":{"description":"A program, with its arguments, that judges each traffic step after its probes.","type":"array","minItems":1,"items":{"type":"string","pattern":"\\S"}},"analysis-query":{"description":"A PromQL query of Cloud Monitoring whose value judges each traffic step after its probes; needs analysis-success-condition.","type":"string","pattern":"\\S"},"analysis-success-condition":{"description":"What the value must be for a pass, such as `< 0.01`.","type":"string","pattern":"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},"analysis-failure-condition":{"description":"What the value is for a fail, such as `> 0.05`; what is neither is inconclusive. Without it, all that is no pass is a fail.","type":"string","pattern":"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},"analysis-timeout":{"description":"How long one run of the program or the query may take; 10m unless told otherwise.","$ref":"#/definitions/duration"},"on-failure":{"description":"What becomes of a model that was not good, once it has no traffic (default keep).","enum":["keep","undeploy"]},"require-approval":{"description":"Whether somebody who had no hand in the model must have approved its deployment at GitHub (default false). No workflow can lift it.","type":"boolean"},"champion-aliases":{"description":"Whether the version aliases `champion` and `previous-champion` follow the traffic (default true).","type":"boolean"},"keep-warm":{"description":"Previous models that stay deployed without traffic.","type":"integer","minimum":0,"maximum":5},"timeout":{"$ref":"#/definitions/duration"},"labels":{"$ref":"#/definitions/labels"}}};
const pattern45 = new RegExp("^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$", "u");
const pattern47 = new RegExp("^[a-z0-9:.-]+$", "u");
const pattern48 = new RegExp("^[A-Za-z0-9.:\\[\\]-]+$", "u");
const pattern49 = new RegExp("^[a-z0-9-]+$", "u");
const pattern50 = new RegExp("^[A-Z0-9_]+$", "u");
const pattern51 = new RegExp("^[^@\\s]+@[^@\\s]+$", "u");
const pattern54 = new RegExp("^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$", "u");

function validate72(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema26.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["endpoint-id"] !== undefined){
let data0 = data["endpoint-id"];
if(typeof data0 === "string"){
if(!pattern45.test(data0)){
const err1 = {instancePath:instancePath+"/endpoint-id",schemaPath:"#/properties/endpoint-id/pattern",keyword:"pattern",params:{pattern: "^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$"},message:"must match pattern \""+"^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$"+"\"",schema:"^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]{1,19})$",parentSchema:schema26.properties["endpoint-id"],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/endpoint-id",schemaPath:"#/properties/endpoint-id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["endpoint-id"].type,parentSchema:schema26.properties["endpoint-id"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data["display-name"] !== undefined){
let data1 = data["display-name"];
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err3 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/pattern",keyword:"pattern",params:{pattern: "^.{1,128}$"},message:"must match pattern \""+"^.{1,128}$"+"\"",schema:"^.{1,128}$",parentSchema:schema26.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/display-name",schemaPath:"#/properties/display-name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["display-name"].type,parentSchema:schema26.properties["display-name"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.access !== undefined){
let data2 = data.access;
if(!(((data2 === "shared") || (data2 === "dedicated")) || (data2 === "private"))){
const err5 = {instancePath:instancePath+"/access",schemaPath:"#/properties/access/enum",keyword:"enum",params:{allowedValues: schema26.properties.access.enum},message:"must be equal to one of the allowed values",schema:schema26.properties.access.enum,parentSchema:schema26.properties.access,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data["private-projects"] !== undefined){
let data3 = data["private-projects"];
if(Array.isArray(data3)){
if(data3.length < 1){
const err6 = {instancePath:instancePath+"/private-projects",schemaPath:"#/properties/private-projects/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema26.properties["private-projects"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern47.test(data4)){
const err7 = {instancePath:instancePath+"/private-projects/" + i0,schemaPath:"#/properties/private-projects/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9:.-]+$"},message:"must match pattern \""+"^[a-z0-9:.-]+$"+"\"",schema:"^[a-z0-9:.-]+$",parentSchema:schema26.properties["private-projects"].items,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/private-projects/" + i0,schemaPath:"#/properties/private-projects/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["private-projects"].items.type,parentSchema:schema26.properties["private-projects"].items,data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/private-projects",schemaPath:"#/properties/private-projects/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema26.properties["private-projects"].type,parentSchema:schema26.properties["private-projects"],data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data["prediction-host"] !== undefined){
let data5 = data["prediction-host"];
if(typeof data5 === "string"){
if(!pattern48.test(data5)){
const err10 = {instancePath:instancePath+"/prediction-host",schemaPath:"#/properties/prediction-host/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9.:\\[\\]-]+$"},message:"must match pattern \""+"^[A-Za-z0-9.:\\[\\]-]+$"+"\"",schema:"^[A-Za-z0-9.:\\[\\]-]+$",parentSchema:schema26.properties["prediction-host"],data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/prediction-host",schemaPath:"#/properties/prediction-host/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["prediction-host"].type,parentSchema:schema26.properties["prediction-host"],data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data["machine-type"] !== undefined){
let data6 = data["machine-type"];
if(typeof data6 === "string"){
if(!pattern49.test(data6)){
const err12 = {instancePath:instancePath+"/machine-type",schemaPath:"#/properties/machine-type/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+$"+"\"",schema:"^[a-z0-9-]+$",parentSchema:schema26.properties["machine-type"],data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/machine-type",schemaPath:"#/properties/machine-type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["machine-type"].type,parentSchema:schema26.properties["machine-type"],data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data["min-replicas"] !== undefined){
let data7 = data["min-replicas"];
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err14 = {instancePath:instancePath+"/min-replicas",schemaPath:"#/properties/min-replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties["min-replicas"].type,parentSchema:schema26.properties["min-replicas"],data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
const err15 = {instancePath:instancePath+"/min-replicas",schemaPath:"#/properties/min-replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema26.properties["min-replicas"],data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data["max-replicas"] !== undefined){
let data8 = data["max-replicas"];
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err16 = {instancePath:instancePath+"/max-replicas",schemaPath:"#/properties/max-replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties["max-replicas"].type,parentSchema:schema26.properties["max-replicas"],data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 1 || isNaN(data8)){
const err17 = {instancePath:instancePath+"/max-replicas",schemaPath:"#/properties/max-replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema26.properties["max-replicas"],data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
if(data["accelerator-type"] !== undefined){
let data9 = data["accelerator-type"];
if(typeof data9 === "string"){
if(!pattern50.test(data9)){
const err18 = {instancePath:instancePath+"/accelerator-type",schemaPath:"#/properties/accelerator-type/pattern",keyword:"pattern",params:{pattern: "^[A-Z0-9_]+$"},message:"must match pattern \""+"^[A-Z0-9_]+$"+"\"",schema:"^[A-Z0-9_]+$",parentSchema:schema26.properties["accelerator-type"],data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/accelerator-type",schemaPath:"#/properties/accelerator-type/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["accelerator-type"].type,parentSchema:schema26.properties["accelerator-type"],data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data["accelerator-count"] !== undefined){
let data10 = data["accelerator-count"];
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
const err20 = {instancePath:instancePath+"/accelerator-count",schemaPath:"#/properties/accelerator-count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties["accelerator-count"].type,parentSchema:schema26.properties["accelerator-count"],data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 1 || isNaN(data10)){
const err21 = {instancePath:instancePath+"/accelerator-count",schemaPath:"#/properties/accelerator-count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema26.properties["accelerator-count"],data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
if(data["service-account"] !== undefined){
let data11 = data["service-account"];
if(typeof data11 === "string"){
if(!pattern51.test(data11)){
const err22 = {instancePath:instancePath+"/service-account",schemaPath:"#/properties/service-account/pattern",keyword:"pattern",params:{pattern: "^[^@\\s]+@[^@\\s]+$"},message:"must match pattern \""+"^[^@\\s]+@[^@\\s]+$"+"\"",schema:"^[^@\\s]+@[^@\\s]+$",parentSchema:schema26.properties["service-account"],data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/service-account",schemaPath:"#/properties/service-account/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["service-account"].type,parentSchema:schema26.properties["service-account"],data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.strategy !== undefined){
let data12 = data.strategy;
if(!(((data12 === "canary") || (data12 === "blue-green")) || (data12 === "immediate"))){
const err24 = {instancePath:instancePath+"/strategy",schemaPath:"#/properties/strategy/enum",keyword:"enum",params:{allowedValues: schema26.properties.strategy.enum},message:"must be equal to one of the allowed values",schema:schema26.properties.strategy.enum,parentSchema:schema26.properties.strategy,data:data12};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data["traffic-steps"] !== undefined){
let data13 = data["traffic-steps"];
if(Array.isArray(data13)){
if(data13.length < 1){
const err25 = {instancePath:instancePath+"/traffic-steps",schemaPath:"#/properties/traffic-steps/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema26.properties["traffic-steps"],data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err26 = {instancePath:instancePath+"/traffic-steps/" + i1,schemaPath:"#/properties/traffic-steps/items/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties["traffic-steps"].items.type,parentSchema:schema26.properties["traffic-steps"].items,data:data14};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 100 || isNaN(data14)){
const err27 = {instancePath:instancePath+"/traffic-steps/" + i1,schemaPath:"#/properties/traffic-steps/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema26.properties["traffic-steps"].items,data:data14};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data14 < 1 || isNaN(data14)){
const err28 = {instancePath:instancePath+"/traffic-steps/" + i1,schemaPath:"#/properties/traffic-steps/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema26.properties["traffic-steps"].items,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
}
else {
const err29 = {instancePath:instancePath+"/traffic-steps",schemaPath:"#/properties/traffic-steps/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema26.properties["traffic-steps"].type,parentSchema:schema26.properties["traffic-steps"],data:data13};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data["bake-time"] !== undefined){
if(!(validate46(data["bake-time"], {instancePath:instancePath+"/bake-time",parentData:data,parentDataProperty:"bake-time",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["probe-path"] !== undefined){
if(!(validate27(data["probe-path"], {instancePath:instancePath+"/probe-path",parentData:data,parentDataProperty:"probe-path",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["probe-tolerance"] !== undefined){
let data17 = data["probe-tolerance"];
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 0 || isNaN(data17)){
const err30 = {instancePath:instancePath+"/probe-tolerance",schemaPath:"#/properties/probe-tolerance/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema26.properties["probe-tolerance"],data:data17};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/probe-tolerance",schemaPath:"#/properties/probe-tolerance/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema26.properties["probe-tolerance"].type,parentSchema:schema26.properties["probe-tolerance"],data:data17};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data["max-latency-increase"] !== undefined){
let data18 = data["max-latency-increase"];
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 < 0 || isNaN(data18)){
const err32 = {instancePath:instancePath+"/max-latency-increase",schemaPath:"#/properties/max-latency-increase/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema26.properties["max-latency-increase"],data:data18};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/max-latency-increase",schemaPath:"#/properties/max-latency-increase/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema26.properties["max-latency-increase"].type,parentSchema:schema26.properties["max-latency-increase"],data:data18};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data["analysis-command"] !== undefined){
let data19 = data["analysis-command"];
if(Array.isArray(data19)){
if(data19.length < 1){
const err34 = {instancePath:instancePath+"/analysis-command",schemaPath:"#/properties/analysis-command/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema26.properties["analysis-command"],data:data19};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
let data20 = data19[i2];
if(typeof data20 === "string"){
if(!pattern2.test(data20)){
const err35 = {instancePath:instancePath+"/analysis-command/" + i2,schemaPath:"#/properties/analysis-command/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema26.properties["analysis-command"].items,data:data20};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/analysis-command/" + i2,schemaPath:"#/properties/analysis-command/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["analysis-command"].items.type,parentSchema:schema26.properties["analysis-command"].items,data:data20};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/analysis-command",schemaPath:"#/properties/analysis-command/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema26.properties["analysis-command"].type,parentSchema:schema26.properties["analysis-command"],data:data19};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data["analysis-query"] !== undefined){
let data21 = data["analysis-query"];
if(typeof data21 === "string"){
if(!pattern2.test(data21)){
const err38 = {instancePath:instancePath+"/analysis-query",schemaPath:"#/properties/analysis-query/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema26.properties["analysis-query"],data:data21};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/analysis-query",schemaPath:"#/properties/analysis-query/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["analysis-query"].type,parentSchema:schema26.properties["analysis-query"],data:data21};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data["analysis-success-condition"] !== undefined){
let data22 = data["analysis-success-condition"];
if(typeof data22 === "string"){
if(!pattern54.test(data22)){
const err40 = {instancePath:instancePath+"/analysis-success-condition",schemaPath:"#/properties/analysis-success-condition/pattern",keyword:"pattern",params:{pattern: "^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},message:"must match pattern \""+"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"+"\"",schema:"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$",parentSchema:schema26.properties["analysis-success-condition"],data:data22};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/analysis-success-condition",schemaPath:"#/properties/analysis-success-condition/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["analysis-success-condition"].type,parentSchema:schema26.properties["analysis-success-condition"],data:data22};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data["analysis-failure-condition"] !== undefined){
let data23 = data["analysis-failure-condition"];
if(typeof data23 === "string"){
if(!pattern54.test(data23)){
const err42 = {instancePath:instancePath+"/analysis-failure-condition",schemaPath:"#/properties/analysis-failure-condition/pattern",keyword:"pattern",params:{pattern: "^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"},message:"must match pattern \""+"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$"+"\"",schema:"^\\s*(<=?|>=?)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*$",parentSchema:schema26.properties["analysis-failure-condition"],data:data23};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/analysis-failure-condition",schemaPath:"#/properties/analysis-failure-condition/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema26.properties["analysis-failure-condition"].type,parentSchema:schema26.properties["analysis-failure-condition"],data:data23};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data["analysis-timeout"] !== undefined){
if(!(validate46(data["analysis-timeout"], {instancePath:instancePath+"/analysis-timeout",parentData:data,parentDataProperty:"analysis-timeout",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data["on-failure"] !== undefined){
let data25 = data["on-failure"];
if(!((data25 === "keep") || (data25 === "undeploy"))){
const err44 = {instancePath:instancePath+"/on-failure",schemaPath:"#/properties/on-failure/enum",keyword:"enum",params:{allowedValues: schema26.properties["on-failure"].enum},message:"must be equal to one of the allowed values",schema:schema26.properties["on-failure"].enum,parentSchema:schema26.properties["on-failure"],data:data25};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data["require-approval"] !== undefined){
let data26 = data["require-approval"];
if(typeof data26 !== "boolean"){
const err45 = {instancePath:instancePath+"/require-approval",schemaPath:"#/properties/require-approval/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties["require-approval"].type,parentSchema:schema26.properties["require-approval"],data:data26};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data["champion-aliases"] !== undefined){
let data27 = data["champion-aliases"];
if(typeof data27 !== "boolean"){
const err46 = {instancePath:instancePath+"/champion-aliases",schemaPath:"#/properties/champion-aliases/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema26.properties["champion-aliases"].type,parentSchema:schema26.properties["champion-aliases"],data:data27};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data["keep-warm"] !== undefined){
let data28 = data["keep-warm"];
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err47 = {instancePath:instancePath+"/keep-warm",schemaPath:"#/properties/keep-warm/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema26.properties["keep-warm"].type,parentSchema:schema26.properties["keep-warm"],data:data28};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 5 || isNaN(data28)){
const err48 = {instancePath:instancePath+"/keep-warm",schemaPath:"#/properties/keep-warm/maximum",keyword:"maximum",params:{comparison: "<=", limit: 5},message:"must be <= 5",schema:5,parentSchema:schema26.properties["keep-warm"],data:data28};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data28 < 0 || isNaN(data28)){
const err49 = {instancePath:instancePath+"/keep-warm",schemaPath:"#/properties/keep-warm/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema26.properties["keep-warm"],data:data28};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data.timeout !== undefined){
if(!(validate46(data.timeout, {instancePath:instancePath+"/timeout",parentData:data,parentDataProperty:"timeout",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data.labels !== undefined){
if(!(validate54(data.labels, {instancePath:instancePath+"/labels",parentData:data,parentDataProperty:"labels",rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err50 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema26.type,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
validate72.errors = vErrors;
return errors === 0;
}

const schema27 = {"title":"Pipeline","description":"The pipeline that trains the model, or prepares its data, and where it runs. The engine's address is not written here but in the workflow: whoever changes this file must not send its credentials elsewhere.","type":"object","additionalProperties":false,"properties":{"engine":{"enum":["vertex","kubeflow","airflow","argo"]},"pipeline":{"description":"A compiled pipeline (a path relative to this file), a template of Artifact Registry, a DAG id, or a workflow or workflow template of Argo.","type":"string","pattern":"^\\S+$"},"parameters":{"description":"Values by name; the action's input is laid over them.","type":"object","additionalProperties":true},"output-root":{"description":"Folder in Cloud Storage for what the tasks leave.","type":"string","pattern":"^gs://[^/\\s]+"},"service-account":{"description":"Account that the tasks run as.","type":"string","pattern":"^\\S+$"},"network":{"description":"VPC network of the tasks (projects/NUMBER/global/networks/NAME).","type":"string","pattern":"^projects/[^/\\s]+/global/networks/[^/\\s]+$"},"encryption-key":{"description":"Cloud KMS key (projects/.../locations/.../keyRings/.../cryptoKeys/...).","type":"string","pattern":"^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$"},"namespace":{"description":"Namespace of Kubernetes.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"experiment":{"description":"Experiment of Kubeflow Pipelines.","type":"string","pattern":"\\S"},"caching":{"description":"Whether tasks may be answered from the cache; each as the pipeline says (default), all or none.","enum":["default","on","off"]},"failure-policy":{"description":"Whether tasks that do not depend on one that failed still run (slow, the service's default) or not (fast).","enum":["fast","slow"]},"timeout":{"$ref":"#/definitions/duration"},"labels":{"$ref":"#/definitions/labels"}}};
const pattern56 = new RegExp("^\\S+$", "u");
const pattern57 = new RegExp("^gs://[^/\\s]+", "u");
const pattern59 = new RegExp("^projects/[^/\\s]+/global/networks/[^/\\s]+$", "u");
const pattern60 = new RegExp("^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$", "u");
const pattern61 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");

function validate79(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema27.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.engine !== undefined){
let data0 = data.engine;
if(!((((data0 === "vertex") || (data0 === "kubeflow")) || (data0 === "airflow")) || (data0 === "argo"))){
const err1 = {instancePath:instancePath+"/engine",schemaPath:"#/properties/engine/enum",keyword:"enum",params:{allowedValues: schema27.properties.engine.enum},message:"must be equal to one of the allowed values",schema:schema27.properties.engine.enum,parentSchema:schema27.properties.engine,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.pipeline !== undefined){
let data1 = data.pipeline;
if(typeof data1 === "string"){
if(!pattern56.test(data1)){
const err2 = {instancePath:instancePath+"/pipeline",schemaPath:"#/properties/pipeline/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},message:"must match pattern \""+"^\\S+$"+"\"",schema:"^\\S+$",parentSchema:schema27.properties.pipeline,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/pipeline",schemaPath:"#/properties/pipeline/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.pipeline.type,parentSchema:schema27.properties.pipeline,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.parameters !== undefined){
let data2 = data.parameters;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
}
else {
const err4 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.properties.parameters.type,parentSchema:schema27.properties.parameters,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["output-root"] !== undefined){
let data3 = data["output-root"];
if(typeof data3 === "string"){
if(!pattern57.test(data3)){
const err5 = {instancePath:instancePath+"/output-root",schemaPath:"#/properties/output-root/pattern",keyword:"pattern",params:{pattern: "^gs://[^/\\s]+"},message:"must match pattern \""+"^gs://[^/\\s]+"+"\"",schema:"^gs://[^/\\s]+",parentSchema:schema27.properties["output-root"],data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/output-root",schemaPath:"#/properties/output-root/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties["output-root"].type,parentSchema:schema27.properties["output-root"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data["service-account"] !== undefined){
let data4 = data["service-account"];
if(typeof data4 === "string"){
if(!pattern56.test(data4)){
const err7 = {instancePath:instancePath+"/service-account",schemaPath:"#/properties/service-account/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},message:"must match pattern \""+"^\\S+$"+"\"",schema:"^\\S+$",parentSchema:schema27.properties["service-account"],data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/service-account",schemaPath:"#/properties/service-account/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties["service-account"].type,parentSchema:schema27.properties["service-account"],data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.network !== undefined){
let data5 = data.network;
if(typeof data5 === "string"){
if(!pattern59.test(data5)){
const err9 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/pattern",keyword:"pattern",params:{pattern: "^projects/[^/\\s]+/global/networks/[^/\\s]+$"},message:"must match pattern \""+"^projects/[^/\\s]+/global/networks/[^/\\s]+$"+"\"",schema:"^projects/[^/\\s]+/global/networks/[^/\\s]+$",parentSchema:schema27.properties.network,data:data5};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.network.type,parentSchema:schema27.properties.network,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data["encryption-key"] !== undefined){
let data6 = data["encryption-key"];
if(typeof data6 === "string"){
if(!pattern60.test(data6)){
const err11 = {instancePath:instancePath+"/encryption-key",schemaPath:"#/properties/encryption-key/pattern",keyword:"pattern",params:{pattern: "^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$"},message:"must match pattern \""+"^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$"+"\"",schema:"^projects/[^/\\s]+/locations/[^/\\s]+/keyRings/[^/\\s]+/cryptoKeys/[^/\\s]+$",parentSchema:schema27.properties["encryption-key"],data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/encryption-key",schemaPath:"#/properties/encryption-key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties["encryption-key"].type,parentSchema:schema27.properties["encryption-key"],data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.namespace !== undefined){
let data7 = data.namespace;
if(typeof data7 === "string"){
if(!pattern61.test(data7)){
const err13 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema27.properties.namespace,data:data7};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.namespace.type,parentSchema:schema27.properties.namespace,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.experiment !== undefined){
let data8 = data.experiment;
if(typeof data8 === "string"){
if(!pattern2.test(data8)){
const err15 = {instancePath:instancePath+"/experiment",schemaPath:"#/properties/experiment/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema27.properties.experiment,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/experiment",schemaPath:"#/properties/experiment/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.experiment.type,parentSchema:schema27.properties.experiment,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.caching !== undefined){
let data9 = data.caching;
if(!(((data9 === "default") || (data9 === "on")) || (data9 === "off"))){
const err17 = {instancePath:instancePath+"/caching",schemaPath:"#/properties/caching/enum",keyword:"enum",params:{allowedValues: schema27.properties.caching.enum},message:"must be equal to one of the allowed values",schema:schema27.properties.caching.enum,parentSchema:schema27.properties.caching,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data["failure-policy"] !== undefined){
let data10 = data["failure-policy"];
if(!((data10 === "fast") || (data10 === "slow"))){
const err18 = {instancePath:instancePath+"/failure-policy",schemaPath:"#/properties/failure-policy/enum",keyword:"enum",params:{allowedValues: schema27.properties["failure-policy"].enum},message:"must be equal to one of the allowed values",schema:schema27.properties["failure-policy"].enum,parentSchema:schema27.properties["failure-policy"],data:data10};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.timeout !== undefined){
if(!(validate46(data.timeout, {instancePath:instancePath+"/timeout",parentData:data,parentDataProperty:"timeout",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data.labels !== undefined){
if(!(validate54(data.labels, {instancePath:instancePath+"/labels",parentData:data,parentDataProperty:"labels",rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err19 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
validate79.errors = vErrors;
return errors === 0;
}

const schema28 = {"title":"Monitor","description":"What monitor-model watches while the model serves, and how it decides.","type":"object","additionalProperties":false,"properties":{"current":{"description":"What the model was asked: files, folders or patterns of files, relative to this folder, or `gs://bucket/folder/`. Rows outside of the window are left out where there is a time column.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"table":{"description":"The same as a table or view in BigQuery, or the log of an endpoint's requests: `project.dataset.table`.","type":"string","pattern":"\\S"},"maximum-bytes-billed":{"description":"Bytes that one statement in BigQuery may bill at most (default 10 GB).","type":"integer","minimum":1},"profile":{"description":"Reference profile: what the model was trained on, or accepted with.","$ref":"#/definitions/path"},"predictions":{"description":"Tables of key, time and score, where the scores are not in `current`; files, `gs://bucket/folder/` or `bq://project.dataset.table`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"labels":{"description":"Tables of key and observed outcome, as they have come in so far; files, `gs://bucket/folder/` or `bq://project.dataset.table`.","type":"array","minItems":1,"items":{"$ref":"#/definitions/path"}},"reference":{"description":"Labelled predictions that the model was accepted on, which performance is compared with; default: `gate.candidate`. Its columns are those of `gate`.","$ref":"#/definitions/path"},"metrics":{"description":"What the service did: a JSON, NDJSON or CSV file of requests, errors and latencies by window; or `cloud-monitoring` for those of the endpoint.","$ref":"#/definitions/path"},"key-column":{"description":"Column that names a row, by which labels are joined (default `id`).","type":"string","pattern":"\\S"},"time-column":{"description":"Column of the time of the request. Without it every row counts as in the window.","type":"string","pattern":"\\S"},"score-column":{"description":"Column of the prediction (default `score`).","type":"string","pattern":"\\S"},"label-column":{"description":"Column of the observed outcome (default `label`).","type":"string","pattern":"\\S"},"positive-label":{"description":"The outcome that is the event (default 1).","type":["string","number","boolean"]},"window":{"description":"The time that one run looks at: `last-hour`, `last-day` (default), `last-week`, `last-month`, a duration, or a time such as 2026-10 or 2026-10-01/2026-10-08.","type":"string","pattern":"\\S"},"state":{"description":"Where the monitor remembers past windows: a file, `gs://bucket/object`, or `artifact:NAME`.","$ref":"#/definitions/path"},"drift":{"description":"How inputs and predictions are compared with the reference.","type":"object","additionalProperties":false,"properties":{"metric":{"description":"Measure of the distribution of each column (default psi).","$ref":"#/definitions/drift-metric"},"threshold":{"description":"Its threshold (default: that of the metric).","type":"number","minimum":0},"rules":{"description":"Rules in place of the default ones of the same column and metric, or beside them.","type":"array","items":{"title":"DriftRule","type":"object","additionalProperties":false,"required":["column","metric","threshold"],"properties":{"column":{"type":"string","pattern":"\\S"},"metric":{"$ref":"#/definitions/drift-metric"},"threshold":{"description":"More than this is too much, in the unit of the metric.","type":"number","minimum":0},"minimum-rows":{"description":"With fewer rows it is inconclusive.","type":"integer","minimum":1},"missing":{"description":"Whether missing values are a category of their own (default excluded).","enum":["category","excluded"]}}}},"ignore":{"description":"Columns that are not looked at, such as identifiers.","type":"array","items":{"type":"string","pattern":"\\S"}},"confidence":{"description":"Chance that data without drift raises no alarm, over all rules (default 0.95).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"correction":{"description":"Correction for many rules (default benjamini-hochberg).","enum":["holm","benjamini-hochberg","none"]},"minimum-rows":{"description":"With fewer rows a rule is inconclusive (default 200).","type":"integer","minimum":1}}},"volume":{"description":"How the number of rows is compared with past windows.","type":"object","additionalProperties":false,"properties":{"threshold":{"description":"0.5 (default): half or double is an anomaly, if past windows did not vary as much.","type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"confidence":{"description":"Chance that a usual window is no anomaly (default 0.99).","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-history":{"description":"Past windows before it is judged (default 6).","type":"integer","minimum":2},"season":{"description":"Whether weekdays differ (default: for windows of a day).","enum":["weekday","none"]}}},"freshness":{"description":"How old the newest row may be at the end of the window.","type":"object","additionalProperties":false,"required":["maximum-age-hours"],"properties":{"maximum-age-hours":{"type":"number","exclusiveMinimum":0}}},"performance":{"description":"Quality by labels.","type":"object","additionalProperties":false,"required":["checks"],"properties":{"checks":{"type":"array","minItems":1,"items":{"title":"PerformanceCheck","type":"object","additionalProperties":false,"required":["metric"],"properties":{"metric":{"description":"A metric as in `gate.checks`, such as auc.","type":"string","pattern":"^[a-z][a-z0-9-]*$"},"degradation-margin":{"description":"Largest loss against the reference, in the unit of the metric.","type":"number","minimum":0},"bound":{"description":"Worst value that will do.","type":"number"}}}},"slices":{"description":"Columns whose every value is judged by itself.","type":"array","items":{"type":"string","pattern":"\\S"}},"label-lag-days":{"description":"Days after the end of a window when its labels are due (default 30).","type":"number","minimum":0},"minimum-label-share":{"description":"With labels for a smaller share of the rows it is inconclusive (default 0.8).","type":"number","exclusiveMinimum":0,"maximum":1},"minimum-rows":{"description":"Default 200.","type":"integer","minimum":2},"minimum-events":{"description":"Rows that each class must have (default 30).","type":"integer","minimum":1},"confidence":{"description":"Default 0.95.","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"threshold":{"description":"Score from which a row is decided for the event (default 0.5).","type":"number"}}},"estimated-performance":{"description":"Whether quality is estimated where labels are not there yet (default true).","type":"boolean"},"calibration":{"description":"How far probabilities may be off; false: not judged.","oneOf":[{"const":false},{"type":"object","additionalProperties":false,"properties":{"observed-expected":{"description":"Largest |observed / expected events - 1| (default 0.25).","type":"number","exclusiveMinimum":0},"ece":{"description":"Largest expected calibration error (default 0.05).","type":"number","exclusiveMinimum":0},"slope":{"description":"Largest |slope - 1| of the recalibration line (default 0.33).","type":"number","exclusiveMinimum":0},"confidence":{"type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-rows":{"type":"integer","minimum":2},"minimum-events":{"type":"integer","minimum":1}}}]},"service":{"description":"What the service must hold.","type":"object","additionalProperties":false,"properties":{"maximum-error-rate":{"description":"Largest share of requests that may fail (default 0.01).","type":"number","minimum":0,"exclusiveMaximum":1},"maximum-latency-ms":{"description":"Largest latency by quantile.","type":"array","items":{"title":"LatencyBound","type":"object","additionalProperties":false,"required":["quantile","milliseconds"],"properties":{"quantile":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"milliseconds":{"type":"number","exclusiveMinimum":0}}}},"error-rate-ratio":{"description":"Times the error rate of past windows (default 3).","type":"number","minimum":1},"latency-ratio":{"description":"Times the usual latency (default 2).","type":"number","minimum":1},"confidence":{"type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"minimum-requests":{"description":"Default 200.","type":"integer","minimum":1},"minimum-history":{"description":"Default 6.","type":"integer","minimum":2}}},"alarms":{"description":"How many of the last windows must fail before an alarm, by kind of finding.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/alarm-rule"}},"actions":{"description":"What an alarm calls for, by kind of finding.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/monitor-action"}},"actions-after-release":{"description":"The same in the first windows of a version.","type":"object","propertyNames":{"$ref":"#/definitions/finding-kind"},"additionalProperties":{"$ref":"#/definitions/monitor-action"}},"release-windows":{"description":"Windows in which a version counts as just released (default 3).","type":"integer","minimum":0},"heal-after":{"description":"Quiet windows after which an incident is closed (default 3).","type":"integer","minimum":1},"reopen-within":{"description":"An alarm within so many windows after that reopens it (default 3).","type":"integer","minimum":0},"blind-windows":{"description":"Windows without a single pass of a signal after which somebody must look (default 4).","type":"integer","minimum":1},"keep-windows":{"description":"Windows that the state keeps (default 120).","type":"integer","minimum":1,"maximum":10000}}};
const schema29 = {"enum":["psi","js-divergence-bits","l-infinity","ks","wasserstein-per-std","hellinger","total-variation","cramers-v","missing-rate","invalid-rate","new-category-rate","out-of-range-rate","constant","presence"]};

function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((((((((((data === "psi") || (data === "js-divergence-bits")) || (data === "l-infinity")) || (data === "ks")) || (data === "wasserstein-per-std")) || (data === "hellinger")) || (data === "total-variation")) || (data === "cramers-v")) || (data === "missing-rate")) || (data === "invalid-rate")) || (data === "new-category-rate")) || (data === "out-of-range-rate")) || (data === "constant")) || (data === "presence"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema29.enum},message:"must be equal to one of the allowed values",schema:schema29.enum,parentSchema:schema29,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate91.errors = vErrors;
return errors === 0;
}

const schema30 = {"enum":["data-quality","volume","freshness","input-drift","prediction-drift","performance","estimated-performance","slice-performance","calibration","service"]};

function validate94(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((((((data === "data-quality") || (data === "volume")) || (data === "freshness")) || (data === "input-drift")) || (data === "prediction-drift")) || (data === "performance")) || (data === "estimated-performance")) || (data === "slice-performance")) || (data === "calibration")) || (data === "service"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema30.enum},message:"must be equal to one of the allowed values",schema:schema30.enum,parentSchema:schema30,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate94.errors = vErrors;
return errors === 0;
}

const schema31 = {"title":"AlarmRule","description":"So many failures in so many windows.","type":"object","additionalProperties":false,"required":["failures","windows"],"properties":{"failures":{"type":"integer","minimum":1},"windows":{"type":"integer","minimum":1}}};

function validate96(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.failures === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failures"},message:"must have required property '"+"failures"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.windows === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "windows"},message:"must have required property '"+"windows"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "failures") || (key0 === "windows"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.failures !== undefined){
let data0 = data.failures;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/failures",schemaPath:"#/properties/failures/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.failures.type,parentSchema:schema31.properties.failures,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/failures",schemaPath:"#/properties/failures/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.failures,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
if(data.windows !== undefined){
let data1 = data.windows;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err5 = {instancePath:instancePath+"/windows",schemaPath:"#/properties/windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.windows.type,parentSchema:schema31.properties.windows,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 < 1 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/windows",schemaPath:"#/properties/windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema31.properties.windows,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate96.errors = vErrors;
return errors === 0;
}

const schema32 = {"enum":["none","investigate","retrain","rollback"]};

function validate99(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((data === "none") || (data === "investigate")) || (data === "retrain")) || (data === "rollback"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema32.enum},message:"must be equal to one of the allowed values",schema:schema32.enum,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate99.errors = vErrors;
return errors === 0;
}


function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema28.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.current !== undefined){
let data0 = data.current;
if(Array.isArray(data0)){
if(data0.length < 1){
const err1 = {instancePath:instancePath+"/current",schemaPath:"#/properties/current/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.current,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate27(data0[i0], {instancePath:instancePath+"/current/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/current",schemaPath:"#/properties/current/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.current.type,parentSchema:schema28.properties.current,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.table !== undefined){
let data2 = data.table;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err3 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.table,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.table.type,parentSchema:schema28.properties.table,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["maximum-bytes-billed"] !== undefined){
let data3 = data["maximum-bytes-billed"];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err5 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["maximum-bytes-billed"].type,parentSchema:schema28.properties["maximum-bytes-billed"],data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
const err6 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["maximum-bytes-billed"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.profile !== undefined){
if(!(validate27(data.profile, {instancePath:instancePath+"/profile",parentData:data,parentDataProperty:"profile",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.predictions !== undefined){
let data5 = data.predictions;
if(Array.isArray(data5)){
if(data5.length < 1){
const err7 = {instancePath:instancePath+"/predictions",schemaPath:"#/properties/predictions/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.predictions,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(!(validate27(data5[i1], {instancePath:instancePath+"/predictions/" + i1,parentData:data5,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath:instancePath+"/predictions",schemaPath:"#/properties/predictions/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.predictions.type,parentSchema:schema28.properties.predictions,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.labels !== undefined){
let data7 = data.labels;
if(Array.isArray(data7)){
if(data7.length < 1){
const err9 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.labels,data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
if(!(validate27(data7[i2], {instancePath:instancePath+"/labels/" + i2,parentData:data7,parentDataProperty:i2,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.labels.type,parentSchema:schema28.properties.labels,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.reference !== undefined){
if(!(validate27(data.reference, {instancePath:instancePath+"/reference",parentData:data,parentDataProperty:"reference",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.metrics !== undefined){
if(!(validate27(data.metrics, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["key-column"] !== undefined){
let data11 = data["key-column"];
if(typeof data11 === "string"){
if(!pattern2.test(data11)){
const err11 = {instancePath:instancePath+"/key-column",schemaPath:"#/properties/key-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["key-column"],data:data11};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/key-column",schemaPath:"#/properties/key-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["key-column"].type,parentSchema:schema28.properties["key-column"],data:data11};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data["time-column"] !== undefined){
let data12 = data["time-column"];
if(typeof data12 === "string"){
if(!pattern2.test(data12)){
const err13 = {instancePath:instancePath+"/time-column",schemaPath:"#/properties/time-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["time-column"],data:data12};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/time-column",schemaPath:"#/properties/time-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["time-column"].type,parentSchema:schema28.properties["time-column"],data:data12};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data["score-column"] !== undefined){
let data13 = data["score-column"];
if(typeof data13 === "string"){
if(!pattern2.test(data13)){
const err15 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["score-column"],data:data13};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["score-column"].type,parentSchema:schema28.properties["score-column"],data:data13};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data["label-column"] !== undefined){
let data14 = data["label-column"];
if(typeof data14 === "string"){
if(!pattern2.test(data14)){
const err17 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["label-column"],data:data14};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["label-column"].type,parentSchema:schema28.properties["label-column"],data:data14};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data["positive-label"] !== undefined){
let data15 = data["positive-label"];
if(((typeof data15 !== "string") && (!((typeof data15 == "number") && (isFinite(data15))))) && (typeof data15 !== "boolean")){
const err19 = {instancePath:instancePath+"/positive-label",schemaPath:"#/properties/positive-label/type",keyword:"type",params:{type: schema28.properties["positive-label"].type},message:"must be string,number,boolean",schema:schema28.properties["positive-label"].type,parentSchema:schema28.properties["positive-label"],data:data15};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.window !== undefined){
let data16 = data.window;
if(typeof data16 === "string"){
if(!pattern2.test(data16)){
const err20 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.window,data:data16};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.window.type,parentSchema:schema28.properties.window,data:data16};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.state !== undefined){
if(!(validate27(data.state, {instancePath:instancePath+"/state",parentData:data,parentDataProperty:"state",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.drift !== undefined){
let data18 = data.drift;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key1 in data18){
if(!(((((((key1 === "metric") || (key1 === "threshold")) || (key1 === "rules")) || (key1 === "ignore")) || (key1 === "confidence")) || (key1 === "correction")) || (key1 === "minimum-rows"))){
const err22 = {instancePath:instancePath+"/drift",schemaPath:"#/properties/drift/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.drift,data:data18};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data18.metric !== undefined){
if(!(validate91(data18.metric, {instancePath:instancePath+"/drift/metric",parentData:data18,parentDataProperty:"metric",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data18.threshold !== undefined){
let data20 = data18.threshold;
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
const err23 = {instancePath:instancePath+"/drift/threshold",schemaPath:"#/properties/drift/properties/threshold/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.drift.properties.threshold,data:data20};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/drift/threshold",schemaPath:"#/properties/drift/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.threshold.type,parentSchema:schema28.properties.drift.properties.threshold,data:data20};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data18.rules !== undefined){
let data21 = data18.rules;
if(Array.isArray(data21)){
const len3 = data21.length;
for(let i3=0; i3<len3; i3++){
let data22 = data21[i3];
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
if(data22.column === undefined){
const err25 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "column"},message:"must have required property '"+"column"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data22.metric === undefined){
const err26 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data22.threshold === undefined){
const err27 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "threshold"},message:"must have required property '"+"threshold"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
for(const key2 in data22){
if(!(((((key2 === "column") || (key2 === "metric")) || (key2 === "threshold")) || (key2 === "minimum-rows")) || (key2 === "missing"))){
const err28 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data22.column !== undefined){
let data23 = data22.column;
if(typeof data23 === "string"){
if(!pattern2.test(data23)){
const err29 = {instancePath:instancePath+"/drift/rules/" + i3+"/column",schemaPath:"#/properties/drift/properties/rules/items/properties/column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.drift.properties.rules.items.properties.column,data:data23};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/drift/rules/" + i3+"/column",schemaPath:"#/properties/drift/properties/rules/items/properties/column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.drift.properties.rules.items.properties.column.type,parentSchema:schema28.properties.drift.properties.rules.items.properties.column,data:data23};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data22.metric !== undefined){
if(!(validate91(data22.metric, {instancePath:instancePath+"/drift/rules/" + i3+"/metric",parentData:data22,parentDataProperty:"metric",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data22.threshold !== undefined){
let data25 = data22.threshold;
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err31 = {instancePath:instancePath+"/drift/rules/" + i3+"/threshold",schemaPath:"#/properties/drift/properties/rules/items/properties/threshold/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.drift.properties.rules.items.properties.threshold,data:data25};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/drift/rules/" + i3+"/threshold",schemaPath:"#/properties/drift/properties/rules/items/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.rules.items.properties.threshold.type,parentSchema:schema28.properties.drift.properties.rules.items.properties.threshold,data:data25};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data22["minimum-rows"] !== undefined){
let data26 = data22["minimum-rows"];
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err33 = {instancePath:instancePath+"/drift/rules/" + i3+"/minimum-rows",schemaPath:"#/properties/drift/properties/rules/items/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"].type,parentSchema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"],data:data26};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 1 || isNaN(data26)){
const err34 = {instancePath:instancePath+"/drift/rules/" + i3+"/minimum-rows",schemaPath:"#/properties/drift/properties/rules/items/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"],data:data26};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data22.missing !== undefined){
let data27 = data22.missing;
if(!((data27 === "category") || (data27 === "excluded"))){
const err35 = {instancePath:instancePath+"/drift/rules/" + i3+"/missing",schemaPath:"#/properties/drift/properties/rules/items/properties/missing/enum",keyword:"enum",params:{allowedValues: schema28.properties.drift.properties.rules.items.properties.missing.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.drift.properties.rules.items.properties.missing.enum,parentSchema:schema28.properties.drift.properties.rules.items.properties.missing,data:data27};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.drift.properties.rules.items.type,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/drift/rules",schemaPath:"#/properties/drift/properties/rules/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.drift.properties.rules.type,parentSchema:schema28.properties.drift.properties.rules,data:data21};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data18.ignore !== undefined){
let data28 = data18.ignore;
if(Array.isArray(data28)){
const len4 = data28.length;
for(let i4=0; i4<len4; i4++){
let data29 = data28[i4];
if(typeof data29 === "string"){
if(!pattern2.test(data29)){
const err38 = {instancePath:instancePath+"/drift/ignore/" + i4,schemaPath:"#/properties/drift/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.drift.properties.ignore.items,data:data29};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/drift/ignore/" + i4,schemaPath:"#/properties/drift/properties/ignore/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.drift.properties.ignore.items.type,parentSchema:schema28.properties.drift.properties.ignore.items,data:data29};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/drift/ignore",schemaPath:"#/properties/drift/properties/ignore/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.drift.properties.ignore.type,parentSchema:schema28.properties.drift.properties.ignore,data:data28};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data18.confidence !== undefined){
let data30 = data18.confidence;
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 >= 1 || isNaN(data30)){
const err41 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data30 <= 0.5 || isNaN(data30)){
const err42 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.confidence.type,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data18.correction !== undefined){
let data31 = data18.correction;
if(!(((data31 === "holm") || (data31 === "benjamini-hochberg")) || (data31 === "none"))){
const err44 = {instancePath:instancePath+"/drift/correction",schemaPath:"#/properties/drift/properties/correction/enum",keyword:"enum",params:{allowedValues: schema28.properties.drift.properties.correction.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.drift.properties.correction.enum,parentSchema:schema28.properties.drift.properties.correction,data:data31};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data18["minimum-rows"] !== undefined){
let data32 = data18["minimum-rows"];
if(!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))){
const err45 = {instancePath:instancePath+"/drift/minimum-rows",schemaPath:"#/properties/drift/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.drift.properties["minimum-rows"].type,parentSchema:schema28.properties.drift.properties["minimum-rows"],data:data32};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 < 1 || isNaN(data32)){
const err46 = {instancePath:instancePath+"/drift/minimum-rows",schemaPath:"#/properties/drift/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.drift.properties["minimum-rows"],data:data32};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
}
else {
const err47 = {instancePath:instancePath+"/drift",schemaPath:"#/properties/drift/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.drift.type,parentSchema:schema28.properties.drift,data:data18};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data.volume !== undefined){
let data33 = data.volume;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key3 in data33){
if(!((((key3 === "threshold") || (key3 === "confidence")) || (key3 === "minimum-history")) || (key3 === "season"))){
const err48 = {instancePath:instancePath+"/volume",schemaPath:"#/properties/volume/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.volume,data:data33};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data33.threshold !== undefined){
let data34 = data33.threshold;
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 >= 1 || isNaN(data34)){
const err49 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data34 <= 0 || isNaN(data34)){
const err50 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.volume.properties.threshold.type,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data33.confidence !== undefined){
let data35 = data33.confidence;
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 >= 1 || isNaN(data35)){
const err52 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data35 <= 0.5 || isNaN(data35)){
const err53 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.volume.properties.confidence.type,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data33["minimum-history"] !== undefined){
let data36 = data33["minimum-history"];
if(!(((typeof data36 == "number") && (!(data36 % 1) && !isNaN(data36))) && (isFinite(data36)))){
const err55 = {instancePath:instancePath+"/volume/minimum-history",schemaPath:"#/properties/volume/properties/minimum-history/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.volume.properties["minimum-history"].type,parentSchema:schema28.properties.volume.properties["minimum-history"],data:data36};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 < 2 || isNaN(data36)){
const err56 = {instancePath:instancePath+"/volume/minimum-history",schemaPath:"#/properties/volume/properties/minimum-history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.volume.properties["minimum-history"],data:data36};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
if(data33.season !== undefined){
let data37 = data33.season;
if(!((data37 === "weekday") || (data37 === "none"))){
const err57 = {instancePath:instancePath+"/volume/season",schemaPath:"#/properties/volume/properties/season/enum",keyword:"enum",params:{allowedValues: schema28.properties.volume.properties.season.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.volume.properties.season.enum,parentSchema:schema28.properties.volume.properties.season,data:data37};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/volume",schemaPath:"#/properties/volume/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.volume.type,parentSchema:schema28.properties.volume,data:data33};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.freshness !== undefined){
let data38 = data.freshness;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if(data38["maximum-age-hours"] === undefined){
const err59 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/required",keyword:"required",params:{missingProperty: "maximum-age-hours"},message:"must have required property '"+"maximum-age-hours"+"'",schema:schema28.properties.freshness.required,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
for(const key4 in data38){
if(!(key4 === "maximum-age-hours")){
const err60 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data38["maximum-age-hours"] !== undefined){
let data39 = data38["maximum-age-hours"];
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 <= 0 || isNaN(data39)){
const err61 = {instancePath:instancePath+"/freshness/maximum-age-hours",schemaPath:"#/properties/freshness/properties/maximum-age-hours/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.freshness.properties["maximum-age-hours"],data:data39};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/freshness/maximum-age-hours",schemaPath:"#/properties/freshness/properties/maximum-age-hours/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.freshness.properties["maximum-age-hours"].type,parentSchema:schema28.properties.freshness.properties["maximum-age-hours"],data:data39};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.freshness.type,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data.performance !== undefined){
let data40 = data.performance;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
if(data40.checks === undefined){
const err64 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/required",keyword:"required",params:{missingProperty: "checks"},message:"must have required property '"+"checks"+"'",schema:schema28.properties.performance.required,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
for(const key5 in data40){
if(!((((((((key5 === "checks") || (key5 === "slices")) || (key5 === "label-lag-days")) || (key5 === "minimum-label-share")) || (key5 === "minimum-rows")) || (key5 === "minimum-events")) || (key5 === "confidence")) || (key5 === "threshold"))){
const err65 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data40.checks !== undefined){
let data41 = data40.checks;
if(Array.isArray(data41)){
if(data41.length < 1){
const err66 = {instancePath:instancePath+"/performance/checks",schemaPath:"#/properties/performance/properties/checks/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.performance.properties.checks,data:data41};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
const len5 = data41.length;
for(let i5=0; i5<len5; i5++){
let data42 = data41[i5];
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
if(data42.metric === undefined){
const err67 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema28.properties.performance.properties.checks.items.required,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
for(const key6 in data42){
if(!(((key6 === "metric") || (key6 === "degradation-margin")) || (key6 === "bound"))){
const err68 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data42.metric !== undefined){
let data43 = data42.metric;
if(typeof data43 === "string"){
if(!pattern36.test(data43)){
const err69 = {instancePath:instancePath+"/performance/checks/" + i5+"/metric",schemaPath:"#/properties/performance/properties/checks/items/properties/metric/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]*$"},message:"must match pattern \""+"^[a-z][a-z0-9-]*$"+"\"",schema:"^[a-z][a-z0-9-]*$",parentSchema:schema28.properties.performance.properties.checks.items.properties.metric,data:data43};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/performance/checks/" + i5+"/metric",schemaPath:"#/properties/performance/properties/checks/items/properties/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.performance.properties.checks.items.properties.metric.type,parentSchema:schema28.properties.performance.properties.checks.items.properties.metric,data:data43};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data42["degradation-margin"] !== undefined){
let data44 = data42["degradation-margin"];
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 < 0 || isNaN(data44)){
const err71 = {instancePath:instancePath+"/performance/checks/" + i5+"/degradation-margin",schemaPath:"#/properties/performance/properties/checks/items/properties/degradation-margin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"],data:data44};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/performance/checks/" + i5+"/degradation-margin",schemaPath:"#/properties/performance/properties/checks/items/properties/degradation-margin/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"].type,parentSchema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"],data:data44};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data42.bound !== undefined){
let data45 = data42.bound;
if(!((typeof data45 == "number") && (isFinite(data45)))){
const err73 = {instancePath:instancePath+"/performance/checks/" + i5+"/bound",schemaPath:"#/properties/performance/properties/checks/items/properties/bound/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.checks.items.properties.bound.type,parentSchema:schema28.properties.performance.properties.checks.items.properties.bound,data:data45};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.performance.properties.checks.items.type,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/performance/checks",schemaPath:"#/properties/performance/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.performance.properties.checks.type,parentSchema:schema28.properties.performance.properties.checks,data:data41};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data40.slices !== undefined){
let data46 = data40.slices;
if(Array.isArray(data46)){
const len6 = data46.length;
for(let i6=0; i6<len6; i6++){
let data47 = data46[i6];
if(typeof data47 === "string"){
if(!pattern2.test(data47)){
const err76 = {instancePath:instancePath+"/performance/slices/" + i6,schemaPath:"#/properties/performance/properties/slices/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.performance.properties.slices.items,data:data47};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/performance/slices/" + i6,schemaPath:"#/properties/performance/properties/slices/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.performance.properties.slices.items.type,parentSchema:schema28.properties.performance.properties.slices.items,data:data47};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/performance/slices",schemaPath:"#/properties/performance/properties/slices/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.performance.properties.slices.type,parentSchema:schema28.properties.performance.properties.slices,data:data46};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data40["label-lag-days"] !== undefined){
let data48 = data40["label-lag-days"];
if((typeof data48 == "number") && (isFinite(data48))){
if(data48 < 0 || isNaN(data48)){
const err79 = {instancePath:instancePath+"/performance/label-lag-days",schemaPath:"#/properties/performance/properties/label-lag-days/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.performance.properties["label-lag-days"],data:data48};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/performance/label-lag-days",schemaPath:"#/properties/performance/properties/label-lag-days/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties["label-lag-days"].type,parentSchema:schema28.properties.performance.properties["label-lag-days"],data:data48};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data40["minimum-label-share"] !== undefined){
let data49 = data40["minimum-label-share"];
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 > 1 || isNaN(data49)){
const err81 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data49 <= 0 || isNaN(data49)){
const err82 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties["minimum-label-share"].type,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data40["minimum-rows"] !== undefined){
let data50 = data40["minimum-rows"];
if(!(((typeof data50 == "number") && (!(data50 % 1) && !isNaN(data50))) && (isFinite(data50)))){
const err84 = {instancePath:instancePath+"/performance/minimum-rows",schemaPath:"#/properties/performance/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.performance.properties["minimum-rows"].type,parentSchema:schema28.properties.performance.properties["minimum-rows"],data:data50};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 < 2 || isNaN(data50)){
const err85 = {instancePath:instancePath+"/performance/minimum-rows",schemaPath:"#/properties/performance/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.performance.properties["minimum-rows"],data:data50};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
if(data40["minimum-events"] !== undefined){
let data51 = data40["minimum-events"];
if(!(((typeof data51 == "number") && (!(data51 % 1) && !isNaN(data51))) && (isFinite(data51)))){
const err86 = {instancePath:instancePath+"/performance/minimum-events",schemaPath:"#/properties/performance/properties/minimum-events/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.performance.properties["minimum-events"].type,parentSchema:schema28.properties.performance.properties["minimum-events"],data:data51};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if((typeof data51 == "number") && (isFinite(data51))){
if(data51 < 1 || isNaN(data51)){
const err87 = {instancePath:instancePath+"/performance/minimum-events",schemaPath:"#/properties/performance/properties/minimum-events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.performance.properties["minimum-events"],data:data51};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
if(data40.confidence !== undefined){
let data52 = data40.confidence;
if((typeof data52 == "number") && (isFinite(data52))){
if(data52 >= 1 || isNaN(data52)){
const err88 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if(data52 <= 0.5 || isNaN(data52)){
const err89 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
else {
const err90 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.confidence.type,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data40.threshold !== undefined){
let data53 = data40.threshold;
if(!((typeof data53 == "number") && (isFinite(data53)))){
const err91 = {instancePath:instancePath+"/performance/threshold",schemaPath:"#/properties/performance/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.threshold.type,parentSchema:schema28.properties.performance.properties.threshold,data:data53};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
}
else {
const err92 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.performance.type,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data["estimated-performance"] !== undefined){
let data54 = data["estimated-performance"];
if(typeof data54 !== "boolean"){
const err93 = {instancePath:instancePath+"/estimated-performance",schemaPath:"#/properties/estimated-performance/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema28.properties["estimated-performance"].type,parentSchema:schema28.properties["estimated-performance"],data:data54};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data.calibration !== undefined){
let data55 = data.calibration;
const _errs107 = errors;
let valid21 = false;
let passing0 = null;
const _errs108 = errors;
if(false !== data55){
const err94 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/0/const",keyword:"const",params:{allowedValue: false},message:"must be equal to constant",schema:false,parentSchema:schema28.properties.calibration.oneOf[0],data:data55};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
var _valid0 = _errs108 === errors;
if(_valid0){
valid21 = true;
passing0 = 0;
}
const _errs109 = errors;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
for(const key7 in data55){
if(!((((((key7 === "observed-expected") || (key7 === "ece")) || (key7 === "slope")) || (key7 === "confidence")) || (key7 === "minimum-rows")) || (key7 === "minimum-events"))){
const err95 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.calibration.oneOf[1],data:data55};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data55["observed-expected"] !== undefined){
let data56 = data55["observed-expected"];
if((typeof data56 == "number") && (isFinite(data56))){
if(data56 <= 0 || isNaN(data56)){
const err96 = {instancePath:instancePath+"/calibration/observed-expected",schemaPath:"#/properties/calibration/oneOf/1/properties/observed-expected/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties["observed-expected"],data:data56};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
else {
const err97 = {instancePath:instancePath+"/calibration/observed-expected",schemaPath:"#/properties/calibration/oneOf/1/properties/observed-expected/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties["observed-expected"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["observed-expected"],data:data56};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data55.ece !== undefined){
let data57 = data55.ece;
if((typeof data57 == "number") && (isFinite(data57))){
if(data57 <= 0 || isNaN(data57)){
const err98 = {instancePath:instancePath+"/calibration/ece",schemaPath:"#/properties/calibration/oneOf/1/properties/ece/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties.ece,data:data57};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
else {
const err99 = {instancePath:instancePath+"/calibration/ece",schemaPath:"#/properties/calibration/oneOf/1/properties/ece/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.ece.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.ece,data:data57};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data55.slope !== undefined){
let data58 = data55.slope;
if((typeof data58 == "number") && (isFinite(data58))){
if(data58 <= 0 || isNaN(data58)){
const err100 = {instancePath:instancePath+"/calibration/slope",schemaPath:"#/properties/calibration/oneOf/1/properties/slope/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties.slope,data:data58};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/calibration/slope",schemaPath:"#/properties/calibration/oneOf/1/properties/slope/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.slope.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.slope,data:data58};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data55.confidence !== undefined){
let data59 = data55.confidence;
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 >= 1 || isNaN(data59)){
const err102 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(data59 <= 0.5 || isNaN(data59)){
const err103 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
else {
const err104 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.confidence.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data55["minimum-rows"] !== undefined){
let data60 = data55["minimum-rows"];
if(!(((typeof data60 == "number") && (!(data60 % 1) && !isNaN(data60))) && (isFinite(data60)))){
const err105 = {instancePath:instancePath+"/calibration/minimum-rows",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"],data:data60};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if((typeof data60 == "number") && (isFinite(data60))){
if(data60 < 2 || isNaN(data60)){
const err106 = {instancePath:instancePath+"/calibration/minimum-rows",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"],data:data60};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
}
if(data55["minimum-events"] !== undefined){
let data61 = data55["minimum-events"];
if(!(((typeof data61 == "number") && (!(data61 % 1) && !isNaN(data61))) && (isFinite(data61)))){
const err107 = {instancePath:instancePath+"/calibration/minimum-events",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-events/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.calibration.oneOf[1].properties["minimum-events"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-events"],data:data61};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if((typeof data61 == "number") && (isFinite(data61))){
if(data61 < 1 || isNaN(data61)){
const err108 = {instancePath:instancePath+"/calibration/minimum-events",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-events"],data:data61};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
}
else {
const err109 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.calibration.oneOf[1].type,parentSchema:schema28.properties.calibration.oneOf[1],data:data55};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
var _valid0 = _errs109 === errors;
if(_valid0 && valid21){
valid21 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid21 = true;
passing0 = 1;
}
}
if(!valid21){
const err110 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema28.properties.calibration.oneOf,parentSchema:schema28.properties.calibration,data:data55};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
else {
errors = _errs107;
if(vErrors !== null){
if(_errs107){
vErrors.length = _errs107;
}
else {
vErrors = null;
}
}
}
}
if(data.service !== undefined){
let data62 = data.service;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
for(const key8 in data62){
if(!(((((((key8 === "maximum-error-rate") || (key8 === "maximum-latency-ms")) || (key8 === "error-rate-ratio")) || (key8 === "latency-ratio")) || (key8 === "confidence")) || (key8 === "minimum-requests")) || (key8 === "minimum-history"))){
const err111 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.service,data:data62};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data62["maximum-error-rate"] !== undefined){
let data63 = data62["maximum-error-rate"];
if((typeof data63 == "number") && (isFinite(data63))){
if(data63 < 0 || isNaN(data63)){
const err112 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(data63 >= 1 || isNaN(data63)){
const err113 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else {
const err114 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-error-rate"].type,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data62["maximum-latency-ms"] !== undefined){
let data64 = data62["maximum-latency-ms"];
if(Array.isArray(data64)){
const len7 = data64.length;
for(let i7=0; i7<len7; i7++){
let data65 = data64[i7];
if(data65 && typeof data65 == "object" && !Array.isArray(data65)){
if(data65.quantile === undefined){
const err115 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/required",keyword:"required",params:{missingProperty: "quantile"},message:"must have required property '"+"quantile"+"'",schema:schema28.properties.service.properties["maximum-latency-ms"].items.required,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data65.milliseconds === undefined){
const err116 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/required",keyword:"required",params:{missingProperty: "milliseconds"},message:"must have required property '"+"milliseconds"+"'",schema:schema28.properties.service.properties["maximum-latency-ms"].items.required,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
for(const key9 in data65){
if(!((key9 === "quantile") || (key9 === "milliseconds"))){
const err117 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data65.quantile !== undefined){
let data66 = data65.quantile;
if((typeof data66 == "number") && (isFinite(data66))){
if(data66 >= 1 || isNaN(data66)){
const err118 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(data66 <= 0 || isNaN(data66)){
const err119 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data65.milliseconds !== undefined){
let data67 = data65.milliseconds;
if((typeof data67 == "number") && (isFinite(data67))){
if(data67 <= 0 || isNaN(data67)){
const err121 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/milliseconds",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/milliseconds/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds,data:data67};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/milliseconds",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/milliseconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds,data:data67};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
}
else {
const err123 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.service.properties["maximum-latency-ms"].items.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
else {
const err124 = {instancePath:instancePath+"/service/maximum-latency-ms",schemaPath:"#/properties/service/properties/maximum-latency-ms/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.service.properties["maximum-latency-ms"].type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"],data:data64};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data62["error-rate-ratio"] !== undefined){
let data68 = data62["error-rate-ratio"];
if((typeof data68 == "number") && (isFinite(data68))){
if(data68 < 1 || isNaN(data68)){
const err125 = {instancePath:instancePath+"/service/error-rate-ratio",schemaPath:"#/properties/service/properties/error-rate-ratio/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["error-rate-ratio"],data:data68};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
else {
const err126 = {instancePath:instancePath+"/service/error-rate-ratio",schemaPath:"#/properties/service/properties/error-rate-ratio/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["error-rate-ratio"].type,parentSchema:schema28.properties.service.properties["error-rate-ratio"],data:data68};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data62["latency-ratio"] !== undefined){
let data69 = data62["latency-ratio"];
if((typeof data69 == "number") && (isFinite(data69))){
if(data69 < 1 || isNaN(data69)){
const err127 = {instancePath:instancePath+"/service/latency-ratio",schemaPath:"#/properties/service/properties/latency-ratio/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["latency-ratio"],data:data69};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
else {
const err128 = {instancePath:instancePath+"/service/latency-ratio",schemaPath:"#/properties/service/properties/latency-ratio/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["latency-ratio"].type,parentSchema:schema28.properties.service.properties["latency-ratio"],data:data69};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data62.confidence !== undefined){
let data70 = data62.confidence;
if((typeof data70 == "number") && (isFinite(data70))){
if(data70 >= 1 || isNaN(data70)){
const err129 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if(data70 <= 0.5 || isNaN(data70)){
const err130 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
else {
const err131 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties.confidence.type,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data62["minimum-requests"] !== undefined){
let data71 = data62["minimum-requests"];
if(!(((typeof data71 == "number") && (!(data71 % 1) && !isNaN(data71))) && (isFinite(data71)))){
const err132 = {instancePath:instancePath+"/service/minimum-requests",schemaPath:"#/properties/service/properties/minimum-requests/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.service.properties["minimum-requests"].type,parentSchema:schema28.properties.service.properties["minimum-requests"],data:data71};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if((typeof data71 == "number") && (isFinite(data71))){
if(data71 < 1 || isNaN(data71)){
const err133 = {instancePath:instancePath+"/service/minimum-requests",schemaPath:"#/properties/service/properties/minimum-requests/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["minimum-requests"],data:data71};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
}
if(data62["minimum-history"] !== undefined){
let data72 = data62["minimum-history"];
if(!(((typeof data72 == "number") && (!(data72 % 1) && !isNaN(data72))) && (isFinite(data72)))){
const err134 = {instancePath:instancePath+"/service/minimum-history",schemaPath:"#/properties/service/properties/minimum-history/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.service.properties["minimum-history"].type,parentSchema:schema28.properties.service.properties["minimum-history"],data:data72};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
if((typeof data72 == "number") && (isFinite(data72))){
if(data72 < 2 || isNaN(data72)){
const err135 = {instancePath:instancePath+"/service/minimum-history",schemaPath:"#/properties/service/properties/minimum-history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.service.properties["minimum-history"],data:data72};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
}
else {
const err136 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.service.type,parentSchema:schema28.properties.service,data:data62};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data.alarms !== undefined){
let data73 = data.alarms;
if(data73 && typeof data73 == "object" && !Array.isArray(data73)){
for(const key10 in data73){
const _errs150 = errors;
if(!(validate94(key10, {instancePath:instancePath+"/alarms",parentData:data73,parentDataProperty:"alarms",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid27 = _errs150 === errors;
if(!valid27){
const err137 = {instancePath:instancePath+"/alarms",schemaPath:"#/properties/alarms/propertyNames",keyword:"propertyNames",params:{propertyName: key10},message:"property name must be valid",schema:schema28.properties.alarms.propertyNames,parentSchema:schema28.properties.alarms,data:data73};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
for(const key11 in data73){
if(!(validate96(data73[key11], {instancePath:instancePath+"/alarms/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data73,parentDataProperty:key11,rootData}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
}
else {
const err138 = {instancePath:instancePath+"/alarms",schemaPath:"#/properties/alarms/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.alarms.type,parentSchema:schema28.properties.alarms,data:data73};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data.actions !== undefined){
let data75 = data.actions;
if(data75 && typeof data75 == "object" && !Array.isArray(data75)){
for(const key12 in data75){
const _errs155 = errors;
if(!(validate94(key12, {instancePath:instancePath+"/actions",parentData:data75,parentDataProperty:"actions",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid29 = _errs155 === errors;
if(!valid29){
const err139 = {instancePath:instancePath+"/actions",schemaPath:"#/properties/actions/propertyNames",keyword:"propertyNames",params:{propertyName: key12},message:"property name must be valid",schema:schema28.properties.actions.propertyNames,parentSchema:schema28.properties.actions,data:data75};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
for(const key13 in data75){
if(!(validate99(data75[key13], {instancePath:instancePath+"/actions/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data75,parentDataProperty:key13,rootData}))){
vErrors = vErrors === null ? validate99.errors : vErrors.concat(validate99.errors);
errors = vErrors.length;
}
}
}
else {
const err140 = {instancePath:instancePath+"/actions",schemaPath:"#/properties/actions/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.actions.type,parentSchema:schema28.properties.actions,data:data75};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data["actions-after-release"] !== undefined){
let data77 = data["actions-after-release"];
if(data77 && typeof data77 == "object" && !Array.isArray(data77)){
for(const key14 in data77){
const _errs160 = errors;
if(!(validate94(key14, {instancePath:instancePath+"/actions-after-release",parentData:data77,parentDataProperty:"actions-after-release",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid31 = _errs160 === errors;
if(!valid31){
const err141 = {instancePath:instancePath+"/actions-after-release",schemaPath:"#/properties/actions-after-release/propertyNames",keyword:"propertyNames",params:{propertyName: key14},message:"property name must be valid",schema:schema28.properties["actions-after-release"].propertyNames,parentSchema:schema28.properties["actions-after-release"],data:data77};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
for(const key15 in data77){
if(!(validate99(data77[key15], {instancePath:instancePath+"/actions-after-release/" + key15.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data77,parentDataProperty:key15,rootData}))){
vErrors = vErrors === null ? validate99.errors : vErrors.concat(validate99.errors);
errors = vErrors.length;
}
}
}
else {
const err142 = {instancePath:instancePath+"/actions-after-release",schemaPath:"#/properties/actions-after-release/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties["actions-after-release"].type,parentSchema:schema28.properties["actions-after-release"],data:data77};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data["release-windows"] !== undefined){
let data79 = data["release-windows"];
if(!(((typeof data79 == "number") && (!(data79 % 1) && !isNaN(data79))) && (isFinite(data79)))){
const err143 = {instancePath:instancePath+"/release-windows",schemaPath:"#/properties/release-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["release-windows"].type,parentSchema:schema28.properties["release-windows"],data:data79};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
if((typeof data79 == "number") && (isFinite(data79))){
if(data79 < 0 || isNaN(data79)){
const err144 = {instancePath:instancePath+"/release-windows",schemaPath:"#/properties/release-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties["release-windows"],data:data79};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
}
if(data["heal-after"] !== undefined){
let data80 = data["heal-after"];
if(!(((typeof data80 == "number") && (!(data80 % 1) && !isNaN(data80))) && (isFinite(data80)))){
const err145 = {instancePath:instancePath+"/heal-after",schemaPath:"#/properties/heal-after/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["heal-after"].type,parentSchema:schema28.properties["heal-after"],data:data80};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if((typeof data80 == "number") && (isFinite(data80))){
if(data80 < 1 || isNaN(data80)){
const err146 = {instancePath:instancePath+"/heal-after",schemaPath:"#/properties/heal-after/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["heal-after"],data:data80};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
}
if(data["reopen-within"] !== undefined){
let data81 = data["reopen-within"];
if(!(((typeof data81 == "number") && (!(data81 % 1) && !isNaN(data81))) && (isFinite(data81)))){
const err147 = {instancePath:instancePath+"/reopen-within",schemaPath:"#/properties/reopen-within/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["reopen-within"].type,parentSchema:schema28.properties["reopen-within"],data:data81};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if((typeof data81 == "number") && (isFinite(data81))){
if(data81 < 0 || isNaN(data81)){
const err148 = {instancePath:instancePath+"/reopen-within",schemaPath:"#/properties/reopen-within/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties["reopen-within"],data:data81};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
}
if(data["blind-windows"] !== undefined){
let data82 = data["blind-windows"];
if(!(((typeof data82 == "number") && (!(data82 % 1) && !isNaN(data82))) && (isFinite(data82)))){
const err149 = {instancePath:instancePath+"/blind-windows",schemaPath:"#/properties/blind-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["blind-windows"].type,parentSchema:schema28.properties["blind-windows"],data:data82};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if((typeof data82 == "number") && (isFinite(data82))){
if(data82 < 1 || isNaN(data82)){
const err150 = {instancePath:instancePath+"/blind-windows",schemaPath:"#/properties/blind-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["blind-windows"],data:data82};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
}
if(data["keep-windows"] !== undefined){
let data83 = data["keep-windows"];
if(!(((typeof data83 == "number") && (!(data83 % 1) && !isNaN(data83))) && (isFinite(data83)))){
const err151 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["keep-windows"].type,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
if((typeof data83 == "number") && (isFinite(data83))){
if(data83 > 10000 || isNaN(data83)){
const err152 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if(data83 < 1 || isNaN(data83)){
const err153 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
}
}
else {
const err154 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
validate83.errors = vErrors;
return errors === 0;
}

const schema33 = {"title":"Environment","description":"Where an environment is and what differs in it.","type":"object","additionalProperties":false,"properties":{"project-id":{"description":"Google Cloud project.","type":"string","pattern":"^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$"},"region":{"description":"Such as europe-west4.","type":"string","pattern":"^[a-z]+(-[a-z]+[0-9]+)?$"},"image":{"$ref":"#/definitions/image"},"registry":{"$ref":"#/definitions/registry"},"endpoint":{"$ref":"#/definitions/endpoint"},"pipeline":{"$ref":"#/definitions/pipeline"},"monitor":{"$ref":"#/definitions/monitor"}}};
const pattern73 = new RegExp("^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$", "u");
const pattern74 = new RegExp("^[a-z]+(-[a-z]+[0-9]+)?$", "u");

function validate104(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "project-id") || (key0 === "region")) || (key0 === "image")) || (key0 === "registry")) || (key0 === "endpoint")) || (key0 === "pipeline")) || (key0 === "monitor"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["project-id"] !== undefined){
let data0 = data["project-id"];
if(typeof data0 === "string"){
if(!pattern73.test(data0)){
const err1 = {instancePath:instancePath+"/project-id",schemaPath:"#/properties/project-id/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$"},message:"must match pattern \""+"^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$"+"\"",schema:"^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$",parentSchema:schema33.properties["project-id"],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/project-id",schemaPath:"#/properties/project-id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties["project-id"].type,parentSchema:schema33.properties["project-id"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.region !== undefined){
let data1 = data.region;
if(typeof data1 === "string"){
if(!pattern74.test(data1)){
const err3 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/pattern",keyword:"pattern",params:{pattern: "^[a-z]+(-[a-z]+[0-9]+)?$"},message:"must match pattern \""+"^[a-z]+(-[a-z]+[0-9]+)?$"+"\"",schema:"^[a-z]+(-[a-z]+[0-9]+)?$",parentSchema:schema33.properties.region,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.region.type,parentSchema:schema33.properties.region,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.image !== undefined){
if(!(validate39(data.image, {instancePath:instancePath+"/image",parentData:data,parentDataProperty:"image",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.registry !== undefined){
if(!(validate53(data.registry, {instancePath:instancePath+"/registry",parentData:data,parentDataProperty:"registry",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.endpoint !== undefined){
if(!(validate72(data.endpoint, {instancePath:instancePath+"/endpoint",parentData:data,parentDataProperty:"endpoint",rootData}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
}
if(data.pipeline !== undefined){
if(!(validate79(data.pipeline, {instancePath:instancePath+"/pipeline",parentData:data,parentDataProperty:"pipeline",rootData}))){
vErrors = vErrors === null ? validate79.errors : vErrors.concat(validate79.errors);
errors = vErrors.length;
}
}
if(data.monitor !== undefined){
if(!(validate83(data.monitor, {instancePath:instancePath+"/monitor",parentData:data,parentDataProperty:"monitor",rootData}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate104.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="https://mlops-actions.dev/schema/model.schema.json" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data["schema-version"] === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "schema-version"},message:"must have required property '"+"schema-version"+"'",schema:schema6.required,parentSchema:schema6,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.model === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "model"},message:"must have required property '"+"model"+"'",schema:schema6.required,parentSchema:schema6,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.artifact === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "artifact"},message:"must have required property '"+"artifact"+"'",schema:schema6.required,parentSchema:schema6,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema6.properties, key0))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema6,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["schema-version"] !== undefined){
let data0 = data["schema-version"];
if(1 !== data0){
const err4 = {instancePath:instancePath+"/schema-version",schemaPath:"#/properties/schema-version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema6.properties["schema-version"],data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.model !== undefined){
if(!(validate22(data.model, {instancePath:instancePath+"/model",parentData:data,parentDataProperty:"model",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.artifact !== undefined){
if(!(validate26(data.artifact, {instancePath:instancePath+"/artifact",parentData:data,parentDataProperty:"artifact",rootData}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
}
if(data.contract !== undefined){
if(!(validate30(data.contract, {instancePath:instancePath+"/contract",parentData:data,parentDataProperty:"contract",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.validation !== undefined){
if(!(validate35(data.validation, {instancePath:instancePath+"/validation",parentData:data,parentDataProperty:"validation",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data.image !== undefined){
if(!(validate39(data.image, {instancePath:instancePath+"/image",parentData:data,parentDataProperty:"image",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.registry !== undefined){
if(!(validate53(data.registry, {instancePath:instancePath+"/registry",parentData:data,parentDataProperty:"registry",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.data !== undefined){
if(!(validate57(data.data, {instancePath:instancePath+"/data",parentData:data,parentDataProperty:"data",rootData}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
errors = vErrors.length;
}
}
if(data.gate !== undefined){
if(!(validate62(data.gate, {instancePath:instancePath+"/gate",parentData:data,parentDataProperty:"gate",rootData}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
}
if(data.endpoint !== undefined){
if(!(validate72(data.endpoint, {instancePath:instancePath+"/endpoint",parentData:data,parentDataProperty:"endpoint",rootData}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
}
if(data.pipeline !== undefined){
if(!(validate79(data.pipeline, {instancePath:instancePath+"/pipeline",parentData:data,parentDataProperty:"pipeline",rootData}))){
vErrors = vErrors === null ? validate79.errors : vErrors.concat(validate79.errors);
errors = vErrors.length;
}
}
if(data.monitor !== undefined){
if(!(validate83(data.monitor, {instancePath:instancePath+"/monitor",parentData:data,parentDataProperty:"monitor",rootData}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
}
if(data.environments !== undefined){
let data12 = data.environments;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key1 in data12){
if(!(validate104(data12[key1], {instancePath:instancePath+"/environments/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data12,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath:instancePath+"/environments",schemaPath:"#/properties/environments/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema6.properties.environments.type,parentSchema:schema6.properties.environments,data:data12};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema6.type,parentSchema:schema6,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}

export const validateGate = validate111;

function validate111(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.checks === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "checks"},message:"must have required property '"+"checks"+"'",schema:schema22.required,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema22.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.candidate !== undefined){
if(!(validate27(data.candidate, {instancePath:instancePath+"/candidate",parentData:data,parentDataProperty:"candidate",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.champion !== undefined){
let data1 = data.champion;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err2 = {instancePath:instancePath+"/champion",schemaPath:"#/properties/champion/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\].*$"},message:"must match pattern \""+"^[^/\\\\].*$"+"\"",schema:"^[^/\\\\].*$",parentSchema:schema22.properties.champion,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/champion",schemaPath:"#/properties/champion/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.champion.type,parentSchema:schema22.properties.champion,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["id-column"] !== undefined){
let data2 = data["id-column"];
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err4 = {instancePath:instancePath+"/id-column",schemaPath:"#/properties/id-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["id-column"],data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/id-column",schemaPath:"#/properties/id-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["id-column"].type,parentSchema:schema22.properties["id-column"],data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data["label-column"] !== undefined){
let data3 = data["label-column"];
if(typeof data3 === "string"){
if(!pattern2.test(data3)){
const err6 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["label-column"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["label-column"].type,parentSchema:schema22.properties["label-column"],data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data["score-column"] !== undefined){
let data4 = data["score-column"];
if(typeof data4 === "string"){
if(!pattern2.test(data4)){
const err8 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["score-column"],data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["score-column"].type,parentSchema:schema22.properties["score-column"],data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data["score-columns"] !== undefined){
let data5 = data["score-columns"];
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length < 2){
const err10 = {instancePath:instancePath+"/score-columns",schemaPath:"#/properties/score-columns/minProperties",keyword:"minProperties",params:{limit: 2},message:"must NOT have fewer than 2 properties",schema:2,parentSchema:schema22.properties["score-columns"],data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data5){
let data6 = data5[key1];
if(typeof data6 === "string"){
if(!pattern2.test(data6)){
const err11 = {instancePath:instancePath+"/score-columns/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/score-columns/additionalProperties/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["score-columns"].additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/score-columns/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/score-columns/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["score-columns"].additionalProperties.type,parentSchema:schema22.properties["score-columns"].additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/score-columns",schemaPath:"#/properties/score-columns/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties["score-columns"].type,parentSchema:schema22.properties["score-columns"],data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data["first-release"] !== undefined){
let data7 = data["first-release"];
if(!((data7 === "refuse") || (data7 === "allow"))){
const err14 = {instancePath:instancePath+"/first-release",schemaPath:"#/properties/first-release/enum",keyword:"enum",params:{allowedValues: schema22.properties["first-release"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["first-release"].enum,parentSchema:schema22.properties["first-release"],data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data["near-perfect"] !== undefined){
let data8 = data["near-perfect"];
if(!((data8 === "refuse") || (data8 === "allow"))){
const err15 = {instancePath:instancePath+"/near-perfect",schemaPath:"#/properties/near-perfect/enum",keyword:"enum",params:{allowedValues: schema22.properties["near-perfect"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["near-perfect"].enum,parentSchema:schema22.properties["near-perfect"],data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.attributes !== undefined){
if(!(validate27(data.attributes, {instancePath:instancePath+"/attributes",parentData:data,parentDataProperty:"attributes",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["weight-column"] !== undefined){
let data10 = data["weight-column"];
if(typeof data10 === "string"){
if(!pattern2.test(data10)){
const err16 = {instancePath:instancePath+"/weight-column",schemaPath:"#/properties/weight-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["weight-column"],data:data10};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/weight-column",schemaPath:"#/properties/weight-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["weight-column"].type,parentSchema:schema22.properties["weight-column"],data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data["cluster-column"] !== undefined){
let data11 = data["cluster-column"];
if(typeof data11 === "string"){
if(!pattern2.test(data11)){
const err18 = {instancePath:instancePath+"/cluster-column",schemaPath:"#/properties/cluster-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["cluster-column"],data:data11};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/cluster-column",schemaPath:"#/properties/cluster-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["cluster-column"].type,parentSchema:schema22.properties["cluster-column"],data:data11};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data["query-column"] !== undefined){
let data12 = data["query-column"];
if(typeof data12 === "string"){
if(!pattern2.test(data12)){
const err20 = {instancePath:instancePath+"/query-column",schemaPath:"#/properties/query-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema22.properties["query-column"],data:data12};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/query-column",schemaPath:"#/properties/query-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties["query-column"].type,parentSchema:schema22.properties["query-column"],data:data12};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.task !== undefined){
let data13 = data.task;
if(!(((((data13 === "binary") || (data13 === "multiclass")) || (data13 === "regression")) || (data13 === "quantile")) || (data13 === "ranking"))){
const err22 = {instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema22.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema22.properties.task.enum,parentSchema:schema22.properties.task,data:data13};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data["positive-label"] !== undefined){
let data14 = data["positive-label"];
if((typeof data14 !== "string") && (!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14))))){
const err23 = {instancePath:instancePath+"/positive-label",schemaPath:"#/properties/positive-label/type",keyword:"type",params:{type: schema22.properties["positive-label"].type},message:"must be string,integer",schema:schema22.properties["positive-label"].type,parentSchema:schema22.properties["positive-label"],data:data14};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.threshold !== undefined){
let data15 = data.threshold;
if(!((typeof data15 == "number") && (isFinite(data15)))){
const err24 = {instancePath:instancePath+"/threshold",schemaPath:"#/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.threshold.type,parentSchema:schema22.properties.threshold,data:data15};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data["top-share"] !== undefined){
let data16 = data["top-share"];
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 >= 1 || isNaN(data16)){
const err25 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data16 <= 0 || isNaN(data16)){
const err26 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/top-share",schemaPath:"#/properties/top-share/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties["top-share"].type,parentSchema:schema22.properties["top-share"],data:data16};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.cutoff !== undefined){
let data17 = data.cutoff;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err28 = {instancePath:instancePath+"/cutoff",schemaPath:"#/properties/cutoff/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.cutoff.type,parentSchema:schema22.properties.cutoff,data:data17};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 1 || isNaN(data17)){
const err29 = {instancePath:instancePath+"/cutoff",schemaPath:"#/properties/cutoff/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema22.properties.cutoff,data:data17};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data.costs !== undefined){
let data18 = data.costs;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(data18["false-positive"] === undefined){
const err30 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/required",keyword:"required",params:{missingProperty: "false-positive"},message:"must have required property '"+"false-positive"+"'",schema:schema22.properties.costs.required,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data18["false-negative"] === undefined){
const err31 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/required",keyword:"required",params:{missingProperty: "false-negative"},message:"must have required property '"+"false-negative"+"'",schema:schema22.properties.costs.required,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key2 in data18){
if(!((key2 === "false-positive") || (key2 === "false-negative"))){
const err32 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data18["false-positive"] !== undefined){
let data19 = data18["false-positive"];
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 < 0 || isNaN(data19)){
const err33 = {instancePath:instancePath+"/costs/false-positive",schemaPath:"#/properties/costs/properties/false-positive/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.costs.properties["false-positive"],data:data19};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/costs/false-positive",schemaPath:"#/properties/costs/properties/false-positive/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.costs.properties["false-positive"].type,parentSchema:schema22.properties.costs.properties["false-positive"],data:data19};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data18["false-negative"] !== undefined){
let data20 = data18["false-negative"];
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
const err35 = {instancePath:instancePath+"/costs/false-negative",schemaPath:"#/properties/costs/properties/false-negative/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.costs.properties["false-negative"],data:data20};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/costs/false-negative",schemaPath:"#/properties/costs/properties/false-negative/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.costs.properties["false-negative"].type,parentSchema:schema22.properties.costs.properties["false-negative"],data:data20};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/costs",schemaPath:"#/properties/costs/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.properties.costs.type,parentSchema:schema22.properties.costs,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data["minimum-rows"] !== undefined){
let data21 = data["minimum-rows"];
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
const err38 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties["minimum-rows"].type,parentSchema:schema22.properties["minimum-rows"],data:data21};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < 2 || isNaN(data21)){
const err39 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema22.properties["minimum-rows"],data:data21};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
if(data["minimum-slice-rows"] !== undefined){
let data22 = data["minimum-slice-rows"];
if(!(((typeof data22 == "number") && (!(data22 % 1) && !isNaN(data22))) && (isFinite(data22)))){
const err40 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties["minimum-slice-rows"].type,parentSchema:schema22.properties["minimum-slice-rows"],data:data22};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 < 2 || isNaN(data22)){
const err41 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema22.properties["minimum-slice-rows"],data:data22};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
if(data.confidence !== undefined){
let data23 = data.confidence;
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 >= 1 || isNaN(data23)){
const err42 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data23 <= 0.5 || isNaN(data23)){
const err43 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema22.properties.confidence.type,parentSchema:schema22.properties.confidence,data:data23};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.resamples !== undefined){
let data24 = data.resamples;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
const err45 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.resamples.type,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 100000 || isNaN(data24)){
const err46 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data24 < 200 || isNaN(data24)){
const err47 = {instancePath:instancePath+"/resamples",schemaPath:"#/properties/resamples/minimum",keyword:"minimum",params:{comparison: ">=", limit: 200},message:"must be >= 200",schema:200,parentSchema:schema22.properties.resamples,data:data24};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
if(data.seed !== undefined){
let data25 = data.seed;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err48 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema22.properties.seed.type,parentSchema:schema22.properties.seed,data:data25};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err49 = {instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema22.properties.seed,data:data25};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data["on-inconclusive"] !== undefined){
let data26 = data["on-inconclusive"];
if(!((data26 === "fail") || (data26 === "warn"))){
const err50 = {instancePath:instancePath+"/on-inconclusive",schemaPath:"#/properties/on-inconclusive/enum",keyword:"enum",params:{allowedValues: schema22.properties["on-inconclusive"].enum},message:"must be equal to one of the allowed values",schema:schema22.properties["on-inconclusive"].enum,parentSchema:schema22.properties["on-inconclusive"],data:data26};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data["allow-point-metrics"] !== undefined){
let data27 = data["allow-point-metrics"];
if(typeof data27 !== "boolean"){
const err51 = {instancePath:instancePath+"/allow-point-metrics",schemaPath:"#/properties/allow-point-metrics/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema22.properties["allow-point-metrics"].type,parentSchema:schema22.properties["allow-point-metrics"],data:data27};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.checks !== undefined){
let data28 = data.checks;
if(Array.isArray(data28)){
if(data28.length < 1){
const err52 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema22.properties.checks,data:data28};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len0 = data28.length;
for(let i0=0; i0<len0; i0++){
if(!(validate65(data28[i0], {instancePath:instancePath+"/checks/" + i0,parentData:data28,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
}
}
else {
const err53 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.checks.type,parentSchema:schema22.properties.checks,data:data28};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.waivers !== undefined){
let data30 = data.waivers;
if(Array.isArray(data30)){
const len1 = data30.length;
for(let i1=0; i1<len1; i1++){
if(!(validate69(data30[i1], {instancePath:instancePath+"/waivers/" + i1,parentData:data30,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
}
else {
const err54 = {instancePath:instancePath+"/waivers",schemaPath:"#/properties/waivers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema22.properties.waivers.type,parentSchema:schema22.properties.waivers,data:data30};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
validate111.errors = vErrors;
return errors === 0;
}

export const validateOrganisationPolicy = validate116;
const schema35 = {"title":"OrganisationPolicy","description":"What an organisation demands of every gate, a file of its own: it can only make a policy stricter.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"every-model":{"$ref":"#/definitions/strictness"},"tiers":{"description":"What it demands beyond that of models of a risk tier (`model.risk-tier` of model.yaml).","type":"object","additionalProperties":false,"properties":{"high":{"$ref":"#/definitions/strictness"},"medium":{"$ref":"#/definitions/strictness"},"low":{"$ref":"#/definitions/strictness"}}}}};
const schema36 = {"title":"Strictness","type":"object","additionalProperties":false,"properties":{"minimum-rows":{"description":"At least so many rows.","type":"integer","minimum":2},"minimum-slice-rows":{"description":"At least so many rows in a slice.","type":"integer","minimum":2},"confidence":{"description":"At least this confidence.","type":"number","exclusiveMinimum":0.5,"exclusiveMaximum":1},"allow-point-metrics":{"description":"False: metrics without sample size or interval are not accepted.","const":false},"on-inconclusive":{"description":"fail: an inconclusive verdict fails the step.","const":"fail"},"longest-waiver":{"description":"Days from now that a waiver may last at most; 0: until today.","type":"integer","minimum":0},"checks":{"description":"Checks beside those of the model, for models of the metric's task. They cannot be waived.","type":"array","items":{"$ref":"#/definitions/check"}}}};

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "minimum-rows") || (key0 === "minimum-slice-rows")) || (key0 === "confidence")) || (key0 === "allow-point-metrics")) || (key0 === "on-inconclusive")) || (key0 === "longest-waiver")) || (key0 === "checks"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["minimum-rows"] !== undefined){
let data0 = data["minimum-rows"];
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err1 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema36.properties["minimum-rows"].type,parentSchema:schema36.properties["minimum-rows"],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 2 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/minimum-rows",schemaPath:"#/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema36.properties["minimum-rows"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
if(data["minimum-slice-rows"] !== undefined){
let data1 = data["minimum-slice-rows"];
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema36.properties["minimum-slice-rows"].type,parentSchema:schema36.properties["minimum-slice-rows"],data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 < 2 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/minimum-slice-rows",schemaPath:"#/properties/minimum-slice-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema36.properties["minimum-slice-rows"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
if(data.confidence !== undefined){
let data2 = data.confidence;
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 >= 1 || isNaN(data2)){
const err5 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema36.properties.confidence,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data2 <= 0.5 || isNaN(data2)){
const err6 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema36.properties.confidence,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/confidence",schemaPath:"#/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema36.properties.confidence.type,parentSchema:schema36.properties.confidence,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data["allow-point-metrics"] !== undefined){
let data3 = data["allow-point-metrics"];
if(false !== data3){
const err8 = {instancePath:instancePath+"/allow-point-metrics",schemaPath:"#/properties/allow-point-metrics/const",keyword:"const",params:{allowedValue: false},message:"must be equal to constant",schema:false,parentSchema:schema36.properties["allow-point-metrics"],data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data["on-inconclusive"] !== undefined){
let data4 = data["on-inconclusive"];
if("fail" !== data4){
const err9 = {instancePath:instancePath+"/on-inconclusive",schemaPath:"#/properties/on-inconclusive/const",keyword:"const",params:{allowedValue: "fail"},message:"must be equal to constant",schema:"fail",parentSchema:schema36.properties["on-inconclusive"],data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data["longest-waiver"] !== undefined){
let data5 = data["longest-waiver"];
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err10 = {instancePath:instancePath+"/longest-waiver",schemaPath:"#/properties/longest-waiver/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema36.properties["longest-waiver"].type,parentSchema:schema36.properties["longest-waiver"],data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
const err11 = {instancePath:instancePath+"/longest-waiver",schemaPath:"#/properties/longest-waiver/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema36.properties["longest-waiver"],data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
if(data.checks !== undefined){
let data6 = data.checks;
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
if(!(validate65(data6[i0], {instancePath:instancePath+"/checks/" + i0,parentData:data6,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
}
}
else {
const err12 = {instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema36.properties.checks.type,parentSchema:schema36.properties.checks,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.type,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate117.errors = vErrors;
return errors === 0;
}


function validate116(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "every-model") || (key0 === "tiers"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["every-model"] !== undefined){
if(!(validate117(data["every-model"], {instancePath:instancePath+"/every-model",parentData:data,parentDataProperty:"every-model",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.tiers !== undefined){
let data1 = data.tiers;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!(((key1 === "high") || (key1 === "medium")) || (key1 === "low"))){
const err2 = {instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema35.properties.tiers,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data1.high !== undefined){
if(!(validate117(data1.high, {instancePath:instancePath+"/tiers/high",parentData:data1,parentDataProperty:"high",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data1.medium !== undefined){
if(!(validate117(data1.medium, {instancePath:instancePath+"/tiers/medium",parentData:data1,parentDataProperty:"medium",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data1.low !== undefined){
if(!(validate117(data1.low, {instancePath:instancePath+"/tiers/low",parentData:data1,parentDataProperty:"low",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/tiers",schemaPath:"#/properties/tiers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.tiers.type,parentSchema:schema35.properties.tiers,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate116.errors = vErrors;
return errors === 0;
}

export const validateMonitor = validate123;

function validate123(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema28.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.current !== undefined){
let data0 = data.current;
if(Array.isArray(data0)){
if(data0.length < 1){
const err1 = {instancePath:instancePath+"/current",schemaPath:"#/properties/current/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.current,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate27(data0[i0], {instancePath:instancePath+"/current/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/current",schemaPath:"#/properties/current/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.current.type,parentSchema:schema28.properties.current,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.table !== undefined){
let data2 = data.table;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err3 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.table,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.table.type,parentSchema:schema28.properties.table,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["maximum-bytes-billed"] !== undefined){
let data3 = data["maximum-bytes-billed"];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err5 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["maximum-bytes-billed"].type,parentSchema:schema28.properties["maximum-bytes-billed"],data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
const err6 = {instancePath:instancePath+"/maximum-bytes-billed",schemaPath:"#/properties/maximum-bytes-billed/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["maximum-bytes-billed"],data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.profile !== undefined){
if(!(validate27(data.profile, {instancePath:instancePath+"/profile",parentData:data,parentDataProperty:"profile",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.predictions !== undefined){
let data5 = data.predictions;
if(Array.isArray(data5)){
if(data5.length < 1){
const err7 = {instancePath:instancePath+"/predictions",schemaPath:"#/properties/predictions/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.predictions,data:data5};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(!(validate27(data5[i1], {instancePath:instancePath+"/predictions/" + i1,parentData:data5,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath:instancePath+"/predictions",schemaPath:"#/properties/predictions/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.predictions.type,parentSchema:schema28.properties.predictions,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.labels !== undefined){
let data7 = data.labels;
if(Array.isArray(data7)){
if(data7.length < 1){
const err9 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.labels,data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
if(!(validate27(data7[i2], {instancePath:instancePath+"/labels/" + i2,parentData:data7,parentDataProperty:i2,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.labels.type,parentSchema:schema28.properties.labels,data:data7};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.reference !== undefined){
if(!(validate27(data.reference, {instancePath:instancePath+"/reference",parentData:data,parentDataProperty:"reference",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.metrics !== undefined){
if(!(validate27(data.metrics, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data["key-column"] !== undefined){
let data11 = data["key-column"];
if(typeof data11 === "string"){
if(!pattern2.test(data11)){
const err11 = {instancePath:instancePath+"/key-column",schemaPath:"#/properties/key-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["key-column"],data:data11};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/key-column",schemaPath:"#/properties/key-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["key-column"].type,parentSchema:schema28.properties["key-column"],data:data11};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data["time-column"] !== undefined){
let data12 = data["time-column"];
if(typeof data12 === "string"){
if(!pattern2.test(data12)){
const err13 = {instancePath:instancePath+"/time-column",schemaPath:"#/properties/time-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["time-column"],data:data12};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/time-column",schemaPath:"#/properties/time-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["time-column"].type,parentSchema:schema28.properties["time-column"],data:data12};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data["score-column"] !== undefined){
let data13 = data["score-column"];
if(typeof data13 === "string"){
if(!pattern2.test(data13)){
const err15 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["score-column"],data:data13};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/score-column",schemaPath:"#/properties/score-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["score-column"].type,parentSchema:schema28.properties["score-column"],data:data13};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data["label-column"] !== undefined){
let data14 = data["label-column"];
if(typeof data14 === "string"){
if(!pattern2.test(data14)){
const err17 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties["label-column"],data:data14};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/label-column",schemaPath:"#/properties/label-column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties["label-column"].type,parentSchema:schema28.properties["label-column"],data:data14};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data["positive-label"] !== undefined){
let data15 = data["positive-label"];
if(((typeof data15 !== "string") && (!((typeof data15 == "number") && (isFinite(data15))))) && (typeof data15 !== "boolean")){
const err19 = {instancePath:instancePath+"/positive-label",schemaPath:"#/properties/positive-label/type",keyword:"type",params:{type: schema28.properties["positive-label"].type},message:"must be string,number,boolean",schema:schema28.properties["positive-label"].type,parentSchema:schema28.properties["positive-label"],data:data15};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.window !== undefined){
let data16 = data.window;
if(typeof data16 === "string"){
if(!pattern2.test(data16)){
const err20 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.window,data:data16};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/window",schemaPath:"#/properties/window/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.window.type,parentSchema:schema28.properties.window,data:data16};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.state !== undefined){
if(!(validate27(data.state, {instancePath:instancePath+"/state",parentData:data,parentDataProperty:"state",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.drift !== undefined){
let data18 = data.drift;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key1 in data18){
if(!(((((((key1 === "metric") || (key1 === "threshold")) || (key1 === "rules")) || (key1 === "ignore")) || (key1 === "confidence")) || (key1 === "correction")) || (key1 === "minimum-rows"))){
const err22 = {instancePath:instancePath+"/drift",schemaPath:"#/properties/drift/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.drift,data:data18};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data18.metric !== undefined){
if(!(validate91(data18.metric, {instancePath:instancePath+"/drift/metric",parentData:data18,parentDataProperty:"metric",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data18.threshold !== undefined){
let data20 = data18.threshold;
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
const err23 = {instancePath:instancePath+"/drift/threshold",schemaPath:"#/properties/drift/properties/threshold/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.drift.properties.threshold,data:data20};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/drift/threshold",schemaPath:"#/properties/drift/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.threshold.type,parentSchema:schema28.properties.drift.properties.threshold,data:data20};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data18.rules !== undefined){
let data21 = data18.rules;
if(Array.isArray(data21)){
const len3 = data21.length;
for(let i3=0; i3<len3; i3++){
let data22 = data21[i3];
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
if(data22.column === undefined){
const err25 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "column"},message:"must have required property '"+"column"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data22.metric === undefined){
const err26 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data22.threshold === undefined){
const err27 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/required",keyword:"required",params:{missingProperty: "threshold"},message:"must have required property '"+"threshold"+"'",schema:schema28.properties.drift.properties.rules.items.required,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
for(const key2 in data22){
if(!(((((key2 === "column") || (key2 === "metric")) || (key2 === "threshold")) || (key2 === "minimum-rows")) || (key2 === "missing"))){
const err28 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data22.column !== undefined){
let data23 = data22.column;
if(typeof data23 === "string"){
if(!pattern2.test(data23)){
const err29 = {instancePath:instancePath+"/drift/rules/" + i3+"/column",schemaPath:"#/properties/drift/properties/rules/items/properties/column/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.drift.properties.rules.items.properties.column,data:data23};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/drift/rules/" + i3+"/column",schemaPath:"#/properties/drift/properties/rules/items/properties/column/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.drift.properties.rules.items.properties.column.type,parentSchema:schema28.properties.drift.properties.rules.items.properties.column,data:data23};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data22.metric !== undefined){
if(!(validate91(data22.metric, {instancePath:instancePath+"/drift/rules/" + i3+"/metric",parentData:data22,parentDataProperty:"metric",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data22.threshold !== undefined){
let data25 = data22.threshold;
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err31 = {instancePath:instancePath+"/drift/rules/" + i3+"/threshold",schemaPath:"#/properties/drift/properties/rules/items/properties/threshold/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.drift.properties.rules.items.properties.threshold,data:data25};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/drift/rules/" + i3+"/threshold",schemaPath:"#/properties/drift/properties/rules/items/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.rules.items.properties.threshold.type,parentSchema:schema28.properties.drift.properties.rules.items.properties.threshold,data:data25};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data22["minimum-rows"] !== undefined){
let data26 = data22["minimum-rows"];
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err33 = {instancePath:instancePath+"/drift/rules/" + i3+"/minimum-rows",schemaPath:"#/properties/drift/properties/rules/items/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"].type,parentSchema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"],data:data26};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 1 || isNaN(data26)){
const err34 = {instancePath:instancePath+"/drift/rules/" + i3+"/minimum-rows",schemaPath:"#/properties/drift/properties/rules/items/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.drift.properties.rules.items.properties["minimum-rows"],data:data26};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data22.missing !== undefined){
let data27 = data22.missing;
if(!((data27 === "category") || (data27 === "excluded"))){
const err35 = {instancePath:instancePath+"/drift/rules/" + i3+"/missing",schemaPath:"#/properties/drift/properties/rules/items/properties/missing/enum",keyword:"enum",params:{allowedValues: schema28.properties.drift.properties.rules.items.properties.missing.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.drift.properties.rules.items.properties.missing.enum,parentSchema:schema28.properties.drift.properties.rules.items.properties.missing,data:data27};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/drift/rules/" + i3,schemaPath:"#/properties/drift/properties/rules/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.drift.properties.rules.items.type,parentSchema:schema28.properties.drift.properties.rules.items,data:data22};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/drift/rules",schemaPath:"#/properties/drift/properties/rules/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.drift.properties.rules.type,parentSchema:schema28.properties.drift.properties.rules,data:data21};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data18.ignore !== undefined){
let data28 = data18.ignore;
if(Array.isArray(data28)){
const len4 = data28.length;
for(let i4=0; i4<len4; i4++){
let data29 = data28[i4];
if(typeof data29 === "string"){
if(!pattern2.test(data29)){
const err38 = {instancePath:instancePath+"/drift/ignore/" + i4,schemaPath:"#/properties/drift/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.drift.properties.ignore.items,data:data29};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/drift/ignore/" + i4,schemaPath:"#/properties/drift/properties/ignore/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.drift.properties.ignore.items.type,parentSchema:schema28.properties.drift.properties.ignore.items,data:data29};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/drift/ignore",schemaPath:"#/properties/drift/properties/ignore/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.drift.properties.ignore.type,parentSchema:schema28.properties.drift.properties.ignore,data:data28};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data18.confidence !== undefined){
let data30 = data18.confidence;
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 >= 1 || isNaN(data30)){
const err41 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data30 <= 0.5 || isNaN(data30)){
const err42 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/drift/confidence",schemaPath:"#/properties/drift/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.drift.properties.confidence.type,parentSchema:schema28.properties.drift.properties.confidence,data:data30};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data18.correction !== undefined){
let data31 = data18.correction;
if(!(((data31 === "holm") || (data31 === "benjamini-hochberg")) || (data31 === "none"))){
const err44 = {instancePath:instancePath+"/drift/correction",schemaPath:"#/properties/drift/properties/correction/enum",keyword:"enum",params:{allowedValues: schema28.properties.drift.properties.correction.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.drift.properties.correction.enum,parentSchema:schema28.properties.drift.properties.correction,data:data31};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data18["minimum-rows"] !== undefined){
let data32 = data18["minimum-rows"];
if(!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))){
const err45 = {instancePath:instancePath+"/drift/minimum-rows",schemaPath:"#/properties/drift/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.drift.properties["minimum-rows"].type,parentSchema:schema28.properties.drift.properties["minimum-rows"],data:data32};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 < 1 || isNaN(data32)){
const err46 = {instancePath:instancePath+"/drift/minimum-rows",schemaPath:"#/properties/drift/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.drift.properties["minimum-rows"],data:data32};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
}
else {
const err47 = {instancePath:instancePath+"/drift",schemaPath:"#/properties/drift/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.drift.type,parentSchema:schema28.properties.drift,data:data18};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data.volume !== undefined){
let data33 = data.volume;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key3 in data33){
if(!((((key3 === "threshold") || (key3 === "confidence")) || (key3 === "minimum-history")) || (key3 === "season"))){
const err48 = {instancePath:instancePath+"/volume",schemaPath:"#/properties/volume/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.volume,data:data33};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data33.threshold !== undefined){
let data34 = data33.threshold;
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 >= 1 || isNaN(data34)){
const err49 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data34 <= 0 || isNaN(data34)){
const err50 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/volume/threshold",schemaPath:"#/properties/volume/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.volume.properties.threshold.type,parentSchema:schema28.properties.volume.properties.threshold,data:data34};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data33.confidence !== undefined){
let data35 = data33.confidence;
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 >= 1 || isNaN(data35)){
const err52 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data35 <= 0.5 || isNaN(data35)){
const err53 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/volume/confidence",schemaPath:"#/properties/volume/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.volume.properties.confidence.type,parentSchema:schema28.properties.volume.properties.confidence,data:data35};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data33["minimum-history"] !== undefined){
let data36 = data33["minimum-history"];
if(!(((typeof data36 == "number") && (!(data36 % 1) && !isNaN(data36))) && (isFinite(data36)))){
const err55 = {instancePath:instancePath+"/volume/minimum-history",schemaPath:"#/properties/volume/properties/minimum-history/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.volume.properties["minimum-history"].type,parentSchema:schema28.properties.volume.properties["minimum-history"],data:data36};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 < 2 || isNaN(data36)){
const err56 = {instancePath:instancePath+"/volume/minimum-history",schemaPath:"#/properties/volume/properties/minimum-history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.volume.properties["minimum-history"],data:data36};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
if(data33.season !== undefined){
let data37 = data33.season;
if(!((data37 === "weekday") || (data37 === "none"))){
const err57 = {instancePath:instancePath+"/volume/season",schemaPath:"#/properties/volume/properties/season/enum",keyword:"enum",params:{allowedValues: schema28.properties.volume.properties.season.enum},message:"must be equal to one of the allowed values",schema:schema28.properties.volume.properties.season.enum,parentSchema:schema28.properties.volume.properties.season,data:data37};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/volume",schemaPath:"#/properties/volume/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.volume.type,parentSchema:schema28.properties.volume,data:data33};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.freshness !== undefined){
let data38 = data.freshness;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if(data38["maximum-age-hours"] === undefined){
const err59 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/required",keyword:"required",params:{missingProperty: "maximum-age-hours"},message:"must have required property '"+"maximum-age-hours"+"'",schema:schema28.properties.freshness.required,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
for(const key4 in data38){
if(!(key4 === "maximum-age-hours")){
const err60 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data38["maximum-age-hours"] !== undefined){
let data39 = data38["maximum-age-hours"];
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 <= 0 || isNaN(data39)){
const err61 = {instancePath:instancePath+"/freshness/maximum-age-hours",schemaPath:"#/properties/freshness/properties/maximum-age-hours/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.freshness.properties["maximum-age-hours"],data:data39};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/freshness/maximum-age-hours",schemaPath:"#/properties/freshness/properties/maximum-age-hours/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.freshness.properties["maximum-age-hours"].type,parentSchema:schema28.properties.freshness.properties["maximum-age-hours"],data:data39};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/freshness",schemaPath:"#/properties/freshness/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.freshness.type,parentSchema:schema28.properties.freshness,data:data38};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data.performance !== undefined){
let data40 = data.performance;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
if(data40.checks === undefined){
const err64 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/required",keyword:"required",params:{missingProperty: "checks"},message:"must have required property '"+"checks"+"'",schema:schema28.properties.performance.required,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
for(const key5 in data40){
if(!((((((((key5 === "checks") || (key5 === "slices")) || (key5 === "label-lag-days")) || (key5 === "minimum-label-share")) || (key5 === "minimum-rows")) || (key5 === "minimum-events")) || (key5 === "confidence")) || (key5 === "threshold"))){
const err65 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data40.checks !== undefined){
let data41 = data40.checks;
if(Array.isArray(data41)){
if(data41.length < 1){
const err66 = {instancePath:instancePath+"/performance/checks",schemaPath:"#/properties/performance/properties/checks/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema28.properties.performance.properties.checks,data:data41};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
const len5 = data41.length;
for(let i5=0; i5<len5; i5++){
let data42 = data41[i5];
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
if(data42.metric === undefined){
const err67 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/required",keyword:"required",params:{missingProperty: "metric"},message:"must have required property '"+"metric"+"'",schema:schema28.properties.performance.properties.checks.items.required,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
for(const key6 in data42){
if(!(((key6 === "metric") || (key6 === "degradation-margin")) || (key6 === "bound"))){
const err68 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data42.metric !== undefined){
let data43 = data42.metric;
if(typeof data43 === "string"){
if(!pattern36.test(data43)){
const err69 = {instancePath:instancePath+"/performance/checks/" + i5+"/metric",schemaPath:"#/properties/performance/properties/checks/items/properties/metric/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]*$"},message:"must match pattern \""+"^[a-z][a-z0-9-]*$"+"\"",schema:"^[a-z][a-z0-9-]*$",parentSchema:schema28.properties.performance.properties.checks.items.properties.metric,data:data43};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/performance/checks/" + i5+"/metric",schemaPath:"#/properties/performance/properties/checks/items/properties/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.performance.properties.checks.items.properties.metric.type,parentSchema:schema28.properties.performance.properties.checks.items.properties.metric,data:data43};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data42["degradation-margin"] !== undefined){
let data44 = data42["degradation-margin"];
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 < 0 || isNaN(data44)){
const err71 = {instancePath:instancePath+"/performance/checks/" + i5+"/degradation-margin",schemaPath:"#/properties/performance/properties/checks/items/properties/degradation-margin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"],data:data44};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/performance/checks/" + i5+"/degradation-margin",schemaPath:"#/properties/performance/properties/checks/items/properties/degradation-margin/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"].type,parentSchema:schema28.properties.performance.properties.checks.items.properties["degradation-margin"],data:data44};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data42.bound !== undefined){
let data45 = data42.bound;
if(!((typeof data45 == "number") && (isFinite(data45)))){
const err73 = {instancePath:instancePath+"/performance/checks/" + i5+"/bound",schemaPath:"#/properties/performance/properties/checks/items/properties/bound/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.checks.items.properties.bound.type,parentSchema:schema28.properties.performance.properties.checks.items.properties.bound,data:data45};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/performance/checks/" + i5,schemaPath:"#/properties/performance/properties/checks/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.performance.properties.checks.items.type,parentSchema:schema28.properties.performance.properties.checks.items,data:data42};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/performance/checks",schemaPath:"#/properties/performance/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.performance.properties.checks.type,parentSchema:schema28.properties.performance.properties.checks,data:data41};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data40.slices !== undefined){
let data46 = data40.slices;
if(Array.isArray(data46)){
const len6 = data46.length;
for(let i6=0; i6<len6; i6++){
let data47 = data46[i6];
if(typeof data47 === "string"){
if(!pattern2.test(data47)){
const err76 = {instancePath:instancePath+"/performance/slices/" + i6,schemaPath:"#/properties/performance/properties/slices/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\"",schema:"\\S",parentSchema:schema28.properties.performance.properties.slices.items,data:data47};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/performance/slices/" + i6,schemaPath:"#/properties/performance/properties/slices/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.performance.properties.slices.items.type,parentSchema:schema28.properties.performance.properties.slices.items,data:data47};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/performance/slices",schemaPath:"#/properties/performance/properties/slices/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.performance.properties.slices.type,parentSchema:schema28.properties.performance.properties.slices,data:data46};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data40["label-lag-days"] !== undefined){
let data48 = data40["label-lag-days"];
if((typeof data48 == "number") && (isFinite(data48))){
if(data48 < 0 || isNaN(data48)){
const err79 = {instancePath:instancePath+"/performance/label-lag-days",schemaPath:"#/properties/performance/properties/label-lag-days/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.performance.properties["label-lag-days"],data:data48};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/performance/label-lag-days",schemaPath:"#/properties/performance/properties/label-lag-days/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties["label-lag-days"].type,parentSchema:schema28.properties.performance.properties["label-lag-days"],data:data48};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data40["minimum-label-share"] !== undefined){
let data49 = data40["minimum-label-share"];
if((typeof data49 == "number") && (isFinite(data49))){
if(data49 > 1 || isNaN(data49)){
const err81 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data49 <= 0 || isNaN(data49)){
const err82 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/performance/minimum-label-share",schemaPath:"#/properties/performance/properties/minimum-label-share/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties["minimum-label-share"].type,parentSchema:schema28.properties.performance.properties["minimum-label-share"],data:data49};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data40["minimum-rows"] !== undefined){
let data50 = data40["minimum-rows"];
if(!(((typeof data50 == "number") && (!(data50 % 1) && !isNaN(data50))) && (isFinite(data50)))){
const err84 = {instancePath:instancePath+"/performance/minimum-rows",schemaPath:"#/properties/performance/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.performance.properties["minimum-rows"].type,parentSchema:schema28.properties.performance.properties["minimum-rows"],data:data50};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 < 2 || isNaN(data50)){
const err85 = {instancePath:instancePath+"/performance/minimum-rows",schemaPath:"#/properties/performance/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.performance.properties["minimum-rows"],data:data50};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
if(data40["minimum-events"] !== undefined){
let data51 = data40["minimum-events"];
if(!(((typeof data51 == "number") && (!(data51 % 1) && !isNaN(data51))) && (isFinite(data51)))){
const err86 = {instancePath:instancePath+"/performance/minimum-events",schemaPath:"#/properties/performance/properties/minimum-events/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.performance.properties["minimum-events"].type,parentSchema:schema28.properties.performance.properties["minimum-events"],data:data51};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if((typeof data51 == "number") && (isFinite(data51))){
if(data51 < 1 || isNaN(data51)){
const err87 = {instancePath:instancePath+"/performance/minimum-events",schemaPath:"#/properties/performance/properties/minimum-events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.performance.properties["minimum-events"],data:data51};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
if(data40.confidence !== undefined){
let data52 = data40.confidence;
if((typeof data52 == "number") && (isFinite(data52))){
if(data52 >= 1 || isNaN(data52)){
const err88 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if(data52 <= 0.5 || isNaN(data52)){
const err89 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
else {
const err90 = {instancePath:instancePath+"/performance/confidence",schemaPath:"#/properties/performance/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.confidence.type,parentSchema:schema28.properties.performance.properties.confidence,data:data52};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data40.threshold !== undefined){
let data53 = data40.threshold;
if(!((typeof data53 == "number") && (isFinite(data53)))){
const err91 = {instancePath:instancePath+"/performance/threshold",schemaPath:"#/properties/performance/properties/threshold/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.performance.properties.threshold.type,parentSchema:schema28.properties.performance.properties.threshold,data:data53};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
}
else {
const err92 = {instancePath:instancePath+"/performance",schemaPath:"#/properties/performance/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.performance.type,parentSchema:schema28.properties.performance,data:data40};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data["estimated-performance"] !== undefined){
let data54 = data["estimated-performance"];
if(typeof data54 !== "boolean"){
const err93 = {instancePath:instancePath+"/estimated-performance",schemaPath:"#/properties/estimated-performance/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema28.properties["estimated-performance"].type,parentSchema:schema28.properties["estimated-performance"],data:data54};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data.calibration !== undefined){
let data55 = data.calibration;
const _errs107 = errors;
let valid21 = false;
let passing0 = null;
const _errs108 = errors;
if(false !== data55){
const err94 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/0/const",keyword:"const",params:{allowedValue: false},message:"must be equal to constant",schema:false,parentSchema:schema28.properties.calibration.oneOf[0],data:data55};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
var _valid0 = _errs108 === errors;
if(_valid0){
valid21 = true;
passing0 = 0;
}
const _errs109 = errors;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
for(const key7 in data55){
if(!((((((key7 === "observed-expected") || (key7 === "ece")) || (key7 === "slope")) || (key7 === "confidence")) || (key7 === "minimum-rows")) || (key7 === "minimum-events"))){
const err95 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.calibration.oneOf[1],data:data55};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data55["observed-expected"] !== undefined){
let data56 = data55["observed-expected"];
if((typeof data56 == "number") && (isFinite(data56))){
if(data56 <= 0 || isNaN(data56)){
const err96 = {instancePath:instancePath+"/calibration/observed-expected",schemaPath:"#/properties/calibration/oneOf/1/properties/observed-expected/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties["observed-expected"],data:data56};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
else {
const err97 = {instancePath:instancePath+"/calibration/observed-expected",schemaPath:"#/properties/calibration/oneOf/1/properties/observed-expected/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties["observed-expected"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["observed-expected"],data:data56};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
if(data55.ece !== undefined){
let data57 = data55.ece;
if((typeof data57 == "number") && (isFinite(data57))){
if(data57 <= 0 || isNaN(data57)){
const err98 = {instancePath:instancePath+"/calibration/ece",schemaPath:"#/properties/calibration/oneOf/1/properties/ece/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties.ece,data:data57};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
else {
const err99 = {instancePath:instancePath+"/calibration/ece",schemaPath:"#/properties/calibration/oneOf/1/properties/ece/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.ece.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.ece,data:data57};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data55.slope !== undefined){
let data58 = data55.slope;
if((typeof data58 == "number") && (isFinite(data58))){
if(data58 <= 0 || isNaN(data58)){
const err100 = {instancePath:instancePath+"/calibration/slope",schemaPath:"#/properties/calibration/oneOf/1/properties/slope/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.calibration.oneOf[1].properties.slope,data:data58};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/calibration/slope",schemaPath:"#/properties/calibration/oneOf/1/properties/slope/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.slope.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.slope,data:data58};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data55.confidence !== undefined){
let data59 = data55.confidence;
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 >= 1 || isNaN(data59)){
const err102 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(data59 <= 0.5 || isNaN(data59)){
const err103 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
else {
const err104 = {instancePath:instancePath+"/calibration/confidence",schemaPath:"#/properties/calibration/oneOf/1/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.calibration.oneOf[1].properties.confidence.type,parentSchema:schema28.properties.calibration.oneOf[1].properties.confidence,data:data59};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data55["minimum-rows"] !== undefined){
let data60 = data55["minimum-rows"];
if(!(((typeof data60 == "number") && (!(data60 % 1) && !isNaN(data60))) && (isFinite(data60)))){
const err105 = {instancePath:instancePath+"/calibration/minimum-rows",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-rows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"],data:data60};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if((typeof data60 == "number") && (isFinite(data60))){
if(data60 < 2 || isNaN(data60)){
const err106 = {instancePath:instancePath+"/calibration/minimum-rows",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-rows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-rows"],data:data60};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
}
if(data55["minimum-events"] !== undefined){
let data61 = data55["minimum-events"];
if(!(((typeof data61 == "number") && (!(data61 % 1) && !isNaN(data61))) && (isFinite(data61)))){
const err107 = {instancePath:instancePath+"/calibration/minimum-events",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-events/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.calibration.oneOf[1].properties["minimum-events"].type,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-events"],data:data61};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if((typeof data61 == "number") && (isFinite(data61))){
if(data61 < 1 || isNaN(data61)){
const err108 = {instancePath:instancePath+"/calibration/minimum-events",schemaPath:"#/properties/calibration/oneOf/1/properties/minimum-events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.calibration.oneOf[1].properties["minimum-events"],data:data61};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
}
else {
const err109 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.calibration.oneOf[1].type,parentSchema:schema28.properties.calibration.oneOf[1],data:data55};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
var _valid0 = _errs109 === errors;
if(_valid0 && valid21){
valid21 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid21 = true;
passing0 = 1;
}
}
if(!valid21){
const err110 = {instancePath:instancePath+"/calibration",schemaPath:"#/properties/calibration/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema28.properties.calibration.oneOf,parentSchema:schema28.properties.calibration,data:data55};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
else {
errors = _errs107;
if(vErrors !== null){
if(_errs107){
vErrors.length = _errs107;
}
else {
vErrors = null;
}
}
}
}
if(data.service !== undefined){
let data62 = data.service;
if(data62 && typeof data62 == "object" && !Array.isArray(data62)){
for(const key8 in data62){
if(!(((((((key8 === "maximum-error-rate") || (key8 === "maximum-latency-ms")) || (key8 === "error-rate-ratio")) || (key8 === "latency-ratio")) || (key8 === "confidence")) || (key8 === "minimum-requests")) || (key8 === "minimum-history"))){
const err111 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.service,data:data62};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data62["maximum-error-rate"] !== undefined){
let data63 = data62["maximum-error-rate"];
if((typeof data63 == "number") && (isFinite(data63))){
if(data63 < 0 || isNaN(data63)){
const err112 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(data63 >= 1 || isNaN(data63)){
const err113 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else {
const err114 = {instancePath:instancePath+"/service/maximum-error-rate",schemaPath:"#/properties/service/properties/maximum-error-rate/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-error-rate"].type,parentSchema:schema28.properties.service.properties["maximum-error-rate"],data:data63};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data62["maximum-latency-ms"] !== undefined){
let data64 = data62["maximum-latency-ms"];
if(Array.isArray(data64)){
const len7 = data64.length;
for(let i7=0; i7<len7; i7++){
let data65 = data64[i7];
if(data65 && typeof data65 == "object" && !Array.isArray(data65)){
if(data65.quantile === undefined){
const err115 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/required",keyword:"required",params:{missingProperty: "quantile"},message:"must have required property '"+"quantile"+"'",schema:schema28.properties.service.properties["maximum-latency-ms"].items.required,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data65.milliseconds === undefined){
const err116 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/required",keyword:"required",params:{missingProperty: "milliseconds"},message:"must have required property '"+"milliseconds"+"'",schema:schema28.properties.service.properties["maximum-latency-ms"].items.required,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
for(const key9 in data65){
if(!((key9 === "quantile") || (key9 === "milliseconds"))){
const err117 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data65.quantile !== undefined){
let data66 = data65.quantile;
if((typeof data66 == "number") && (isFinite(data66))){
if(data66 >= 1 || isNaN(data66)){
const err118 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(data66 <= 0 || isNaN(data66)){
const err119 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/quantile",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/quantile/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.quantile,data:data66};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data65.milliseconds !== undefined){
let data67 = data65.milliseconds;
if((typeof data67 == "number") && (isFinite(data67))){
if(data67 <= 0 || isNaN(data67)){
const err121 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/milliseconds",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/milliseconds/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds,data:data67};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7+"/milliseconds",schemaPath:"#/properties/service/properties/maximum-latency-ms/items/properties/milliseconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items.properties.milliseconds,data:data67};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
}
else {
const err123 = {instancePath:instancePath+"/service/maximum-latency-ms/" + i7,schemaPath:"#/properties/service/properties/maximum-latency-ms/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.service.properties["maximum-latency-ms"].items.type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"].items,data:data65};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
else {
const err124 = {instancePath:instancePath+"/service/maximum-latency-ms",schemaPath:"#/properties/service/properties/maximum-latency-ms/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema28.properties.service.properties["maximum-latency-ms"].type,parentSchema:schema28.properties.service.properties["maximum-latency-ms"],data:data64};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
if(data62["error-rate-ratio"] !== undefined){
let data68 = data62["error-rate-ratio"];
if((typeof data68 == "number") && (isFinite(data68))){
if(data68 < 1 || isNaN(data68)){
const err125 = {instancePath:instancePath+"/service/error-rate-ratio",schemaPath:"#/properties/service/properties/error-rate-ratio/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["error-rate-ratio"],data:data68};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
else {
const err126 = {instancePath:instancePath+"/service/error-rate-ratio",schemaPath:"#/properties/service/properties/error-rate-ratio/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["error-rate-ratio"].type,parentSchema:schema28.properties.service.properties["error-rate-ratio"],data:data68};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data62["latency-ratio"] !== undefined){
let data69 = data62["latency-ratio"];
if((typeof data69 == "number") && (isFinite(data69))){
if(data69 < 1 || isNaN(data69)){
const err127 = {instancePath:instancePath+"/service/latency-ratio",schemaPath:"#/properties/service/properties/latency-ratio/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["latency-ratio"],data:data69};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
else {
const err128 = {instancePath:instancePath+"/service/latency-ratio",schemaPath:"#/properties/service/properties/latency-ratio/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties["latency-ratio"].type,parentSchema:schema28.properties.service.properties["latency-ratio"],data:data69};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data62.confidence !== undefined){
let data70 = data62.confidence;
if((typeof data70 == "number") && (isFinite(data70))){
if(data70 >= 1 || isNaN(data70)){
const err129 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/exclusiveMaximum",keyword:"exclusiveMaximum",params:{comparison: "<", limit: 1},message:"must be < 1",schema:1,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if(data70 <= 0.5 || isNaN(data70)){
const err130 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0.5},message:"must be > 0.5",schema:0.5,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
else {
const err131 = {instancePath:instancePath+"/service/confidence",schemaPath:"#/properties/service/properties/confidence/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema28.properties.service.properties.confidence.type,parentSchema:schema28.properties.service.properties.confidence,data:data70};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data62["minimum-requests"] !== undefined){
let data71 = data62["minimum-requests"];
if(!(((typeof data71 == "number") && (!(data71 % 1) && !isNaN(data71))) && (isFinite(data71)))){
const err132 = {instancePath:instancePath+"/service/minimum-requests",schemaPath:"#/properties/service/properties/minimum-requests/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.service.properties["minimum-requests"].type,parentSchema:schema28.properties.service.properties["minimum-requests"],data:data71};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if((typeof data71 == "number") && (isFinite(data71))){
if(data71 < 1 || isNaN(data71)){
const err133 = {instancePath:instancePath+"/service/minimum-requests",schemaPath:"#/properties/service/properties/minimum-requests/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties.service.properties["minimum-requests"],data:data71};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
}
if(data62["minimum-history"] !== undefined){
let data72 = data62["minimum-history"];
if(!(((typeof data72 == "number") && (!(data72 % 1) && !isNaN(data72))) && (isFinite(data72)))){
const err134 = {instancePath:instancePath+"/service/minimum-history",schemaPath:"#/properties/service/properties/minimum-history/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties.service.properties["minimum-history"].type,parentSchema:schema28.properties.service.properties["minimum-history"],data:data72};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
if((typeof data72 == "number") && (isFinite(data72))){
if(data72 < 2 || isNaN(data72)){
const err135 = {instancePath:instancePath+"/service/minimum-history",schemaPath:"#/properties/service/properties/minimum-history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema28.properties.service.properties["minimum-history"],data:data72};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
}
else {
const err136 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.service.type,parentSchema:schema28.properties.service,data:data62};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data.alarms !== undefined){
let data73 = data.alarms;
if(data73 && typeof data73 == "object" && !Array.isArray(data73)){
for(const key10 in data73){
const _errs150 = errors;
if(!(validate94(key10, {instancePath:instancePath+"/alarms",parentData:data73,parentDataProperty:"alarms",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid27 = _errs150 === errors;
if(!valid27){
const err137 = {instancePath:instancePath+"/alarms",schemaPath:"#/properties/alarms/propertyNames",keyword:"propertyNames",params:{propertyName: key10},message:"property name must be valid",schema:schema28.properties.alarms.propertyNames,parentSchema:schema28.properties.alarms,data:data73};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
for(const key11 in data73){
if(!(validate96(data73[key11], {instancePath:instancePath+"/alarms/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data73,parentDataProperty:key11,rootData}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
}
}
else {
const err138 = {instancePath:instancePath+"/alarms",schemaPath:"#/properties/alarms/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.alarms.type,parentSchema:schema28.properties.alarms,data:data73};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data.actions !== undefined){
let data75 = data.actions;
if(data75 && typeof data75 == "object" && !Array.isArray(data75)){
for(const key12 in data75){
const _errs155 = errors;
if(!(validate94(key12, {instancePath:instancePath+"/actions",parentData:data75,parentDataProperty:"actions",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid29 = _errs155 === errors;
if(!valid29){
const err139 = {instancePath:instancePath+"/actions",schemaPath:"#/properties/actions/propertyNames",keyword:"propertyNames",params:{propertyName: key12},message:"property name must be valid",schema:schema28.properties.actions.propertyNames,parentSchema:schema28.properties.actions,data:data75};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
for(const key13 in data75){
if(!(validate99(data75[key13], {instancePath:instancePath+"/actions/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data75,parentDataProperty:key13,rootData}))){
vErrors = vErrors === null ? validate99.errors : vErrors.concat(validate99.errors);
errors = vErrors.length;
}
}
}
else {
const err140 = {instancePath:instancePath+"/actions",schemaPath:"#/properties/actions/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties.actions.type,parentSchema:schema28.properties.actions,data:data75};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data["actions-after-release"] !== undefined){
let data77 = data["actions-after-release"];
if(data77 && typeof data77 == "object" && !Array.isArray(data77)){
for(const key14 in data77){
const _errs160 = errors;
if(!(validate94(key14, {instancePath:instancePath+"/actions-after-release",parentData:data77,parentDataProperty:"actions-after-release",rootData}))){
vErrors = vErrors === null ? validate94.errors : vErrors.concat(validate94.errors);
errors = vErrors.length;
}
var valid31 = _errs160 === errors;
if(!valid31){
const err141 = {instancePath:instancePath+"/actions-after-release",schemaPath:"#/properties/actions-after-release/propertyNames",keyword:"propertyNames",params:{propertyName: key14},message:"property name must be valid",schema:schema28.properties["actions-after-release"].propertyNames,parentSchema:schema28.properties["actions-after-release"],data:data77};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
for(const key15 in data77){
if(!(validate99(data77[key15], {instancePath:instancePath+"/actions-after-release/" + key15.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data77,parentDataProperty:key15,rootData}))){
vErrors = vErrors === null ? validate99.errors : vErrors.concat(validate99.errors);
errors = vErrors.length;
}
}
}
else {
const err142 = {instancePath:instancePath+"/actions-after-release",schemaPath:"#/properties/actions-after-release/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.properties["actions-after-release"].type,parentSchema:schema28.properties["actions-after-release"],data:data77};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data["release-windows"] !== undefined){
let data79 = data["release-windows"];
if(!(((typeof data79 == "number") && (!(data79 % 1) && !isNaN(data79))) && (isFinite(data79)))){
const err143 = {instancePath:instancePath+"/release-windows",schemaPath:"#/properties/release-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["release-windows"].type,parentSchema:schema28.properties["release-windows"],data:data79};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
if((typeof data79 == "number") && (isFinite(data79))){
if(data79 < 0 || isNaN(data79)){
const err144 = {instancePath:instancePath+"/release-windows",schemaPath:"#/properties/release-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties["release-windows"],data:data79};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
}
if(data["heal-after"] !== undefined){
let data80 = data["heal-after"];
if(!(((typeof data80 == "number") && (!(data80 % 1) && !isNaN(data80))) && (isFinite(data80)))){
const err145 = {instancePath:instancePath+"/heal-after",schemaPath:"#/properties/heal-after/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["heal-after"].type,parentSchema:schema28.properties["heal-after"],data:data80};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if((typeof data80 == "number") && (isFinite(data80))){
if(data80 < 1 || isNaN(data80)){
const err146 = {instancePath:instancePath+"/heal-after",schemaPath:"#/properties/heal-after/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["heal-after"],data:data80};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
}
if(data["reopen-within"] !== undefined){
let data81 = data["reopen-within"];
if(!(((typeof data81 == "number") && (!(data81 % 1) && !isNaN(data81))) && (isFinite(data81)))){
const err147 = {instancePath:instancePath+"/reopen-within",schemaPath:"#/properties/reopen-within/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["reopen-within"].type,parentSchema:schema28.properties["reopen-within"],data:data81};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if((typeof data81 == "number") && (isFinite(data81))){
if(data81 < 0 || isNaN(data81)){
const err148 = {instancePath:instancePath+"/reopen-within",schemaPath:"#/properties/reopen-within/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema28.properties["reopen-within"],data:data81};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
}
if(data["blind-windows"] !== undefined){
let data82 = data["blind-windows"];
if(!(((typeof data82 == "number") && (!(data82 % 1) && !isNaN(data82))) && (isFinite(data82)))){
const err149 = {instancePath:instancePath+"/blind-windows",schemaPath:"#/properties/blind-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["blind-windows"].type,parentSchema:schema28.properties["blind-windows"],data:data82};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if((typeof data82 == "number") && (isFinite(data82))){
if(data82 < 1 || isNaN(data82)){
const err150 = {instancePath:instancePath+"/blind-windows",schemaPath:"#/properties/blind-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["blind-windows"],data:data82};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
}
if(data["keep-windows"] !== undefined){
let data83 = data["keep-windows"];
if(!(((typeof data83 == "number") && (!(data83 % 1) && !isNaN(data83))) && (isFinite(data83)))){
const err151 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema28.properties["keep-windows"].type,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
if((typeof data83 == "number") && (isFinite(data83))){
if(data83 > 10000 || isNaN(data83)){
const err152 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if(data83 < 1 || isNaN(data83)){
const err153 = {instancePath:instancePath+"/keep-windows",schemaPath:"#/properties/keep-windows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema28.properties["keep-windows"],data:data83};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
}
}
else {
const err154 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
validate123.errors = vErrors;
return errors === 0;
}

