package io.pipewright.benchmarks;

/**
 * List prices in dollars, us-east-1, without free tiers, as the pages "AWS CodePipeline Pricing", "AWS Step Functions Pricing", "AWS
 * Lambda Pricing", "Amazon DynamoDB pricing for on-demand capacity", "Amazon EventBridge pricing" and "Amazon CloudWatch Pricing" had
 * them in 2026.
 */
final class Prices {
    static final double TRANSITION = 25e-6;
    static final double REQUEST = 0.2e-6;
    /** On arm64. */
    static final double GIGABYTE_SECOND = 13.3334e-6;
    static final double WRITE_UNIT = 0.625e-6;
    static final double READ_UNIT = 0.125e-6;
    static final double EVENT = 1e-6;
    /** A month, for each metric of an alarm. */
    static final double ALARM_METRIC = 0.10;
    /** A month, for each pipeline that a change ran through. */
    static final double V1_PIPELINE = 1;
    /** For each begun minute of each action execution but approvals. */
    static final double V2_MINUTE = 0.002;

    private Prices() { }
}
