package io.pipewright.statemachine.definition;

import java.util.Locale;

/**
 * A quota that can be set, with AWS's value as default ("Quotas in AWS CodePipeline"). The bounds of single members
 * (50 variables, 3 filters, 5 rules, name lengths) belong to the service model and are not here.
 */
public enum Limit {
    /** Pipelines of the account and region. */
    PIPELINES(1_000),
    /** Pipelines of which at least one source is polled. */
    POLLING_PIPELINES(300),
    WEBHOOKS(300),
    CUSTOM_ACTION_TYPES(50),
    STAGES(50),
    ACTIONS_PER_STAGE(100),
    ACTIONS_PER_PIPELINE(1_000),
    /** Size of the {@code triggers} array. */
    TRIGGERS_BYTES(200 * 1_024),
    /** Active runs of one QUEUED or PARALLEL pipeline. */
    CONCURRENT_EXECUTIONS(50),
    /** Actions that one run of a PARALLEL pipeline has in progress at a time. */
    PARALLEL_ACTIONS(5),
    /** Keys and values of the output variables of one action together. */
    OUTPUT_VARIABLES_BYTES(122_880),
    /** Resolved configuration of one action. */
    RESOLVED_CONFIGURATION_BYTES(100 * 1_024),
    S3_SOURCE_BYTES(7L * 1_024 * 1_024 * 1_024),
    GIT_SOURCE_BYTES(1_024L * 1_024 * 1_024),
    CLOUDFORMATION_ARTIFACT_BYTES(256 * 1_024 * 1_024),
    ELASTIC_BEANSTALK_ARTIFACT_BYTES(512 * 1_024 * 1_024),
    CODEDEPLOY_TO_ECS_ARTIFACT_BYTES(3 * 1_024 * 1_024),
    IMAGE_DEFINITIONS_BYTES(100 * 1_024),
    /** {@code ParameterOverrides} of a CloudFormation action. */
    PARAMETER_OVERRIDES_BYTES(1_024),
    /** How long a Lambda action's function may leave a job without an answer. */
    LAMBDA_ANSWER_MINUTES(20),
    /** After how long a run that waits at a disabled transition is given up. */
    DISABLED_TRANSITION_DAYS(30),
    /** After how long without a run a pipeline's sources are no longer polled. */
    POLLING_WITHOUT_RUN_DAYS(30),
    /** How long a run stays in the history, counted from its start. */
    HISTORY_DAYS(365);

    private final long awsValue;

    Limit(long awsValue) {
        this.awsValue = awsValue;
    }

    /** What AWS allows, in the unit that the name ends with, else a count. */
    public long awsValue() {
        return awsValue;
    }

    /** The name on a command line, {@code actions-per-stage}. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
