package io.pipewright.functions.settings;

import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.definition.Limits;
import java.time.Clock;
import java.util.Map;

/**
 * What whoever deploys the functions decides.
 *
 * @param region the region that they run in; pipelines' own region
 * @param account twelve digits
 * @param table name of the DynamoDB table
 * @param bucket name of the bucket for what is too large for the table
 * @param functionPrefix what the functions' names begin with, and the machines': the source function is {@code <prefix>source}
 * @param functionQualifier alias that machines call; empty for the function itself
 * @param machineRole ARN of the role that machines run as
 * @param reviewUrl where approval pages are served, without a trailing slash
 * @param limits the quotas in force
 * @param defaultRole ARN of the role that pipelines name whose actions act with the functions' own roles; every other role is
 *     assumed. Empty or {@code *}: all pipelines are served so, whatever role they name
 */
public record Settings(
        String region, String account, String table, String bucket, String functionPrefix, String functionQualifier,
        String machineRole, String reviewUrl, Limits limits, String defaultRole) {

    /** Of functions that assume no roles. */
    public Settings(
            String region, String account, String table, String bucket, String functionPrefix, String functionQualifier,
            String machineRole, String reviewUrl, Limits limits) {
        this(region, account, table, bucket, functionPrefix, functionQualifier, machineRole, reviewUrl, limits, "");
    }

    /** From the environment variables that the deployment sets. */
    public static Settings fromEnvironment(Map<String, String> environment) {
        return new Settings(
                required(environment, "AWS_REGION"), required(environment, "PIPEWRIGHT_ACCOUNT"),
                required(environment, "PIPEWRIGHT_TABLE"), required(environment, "PIPEWRIGHT_BUCKET"),
                environment.getOrDefault("PIPEWRIGHT_FUNCTION_PREFIX", "pipewright-"),
                environment.getOrDefault("PIPEWRIGHT_FUNCTION_QUALIFIER", ""),
                required(environment, "PIPEWRIGHT_MACHINE_ROLE"),
                environment.getOrDefault("PIPEWRIGHT_REVIEW_URL", ""),
                limits(environment.getOrDefault("PIPEWRIGHT_LIMITS", "")),
                environment.getOrDefault("PIPEWRIGHT_DEFAULT_ROLE", ""));
    }

    /**
     * AWS's limits with those of {@code NAME=number,…} instead.
     *
     * @throws IllegalArgumentException with a message for the user, for an unknown name or a value out of range
     */
    public static Limits limits(String text) {
        Limits limits = Limits.AWS;
        for (String one : text.split(",")) {
            if (!one.isBlank()) {
                String[] parts = one.split("=", 2);
                limits = limits.with(parts[0].strip(), parts.length == 2 ? parts[1] : "");
            }
        }
        return limits;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("The environment variable " + name + " is missing");
        }
        return value;
    }

    /** How the store keeps things. */
    public Store.Config store(Clock clock) {
        return new Store.Config(table, bucket, limits.get(Limit.HISTORY_DAYS), clock);
    }

    /** The ARN by which machines call a handler: {@code gate}, {@code source}, {@code build}, … */
    public String functionArn(String handler) {
        String arn = "arn:aws:lambda:" + region + ":" + account + ":function:" + functionPrefix + handler;
        return functionQualifier.isEmpty() ? arn : arn + ":" + functionQualifier;
    }

    /** Whether actions act as the roles that their pipelines name. */
    public boolean assumesRoles() {
        return !defaultRole.isEmpty() && !defaultRole.equals("*");
    }

    /** The ARN that CodePipeline gives a pipeline. */
    public String pipelineArn(String pipeline) {
        return "arn:aws:codepipeline:" + region + ":" + account + ":" + pipeline;
    }
}
