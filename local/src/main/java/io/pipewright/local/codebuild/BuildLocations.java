package io.pipewright.local.codebuild;

import software.amazon.awssdk.services.codebuild.model.LogsLocation;

/** Names of a build's log, as the service writes them; the local home shows the same log under the same names. */
final class BuildLocations {
    private BuildLocations() {
    }

    /** {@code project:uuid} → the uuid. */
    static String uuid(String buildId) {
        return buildId.substring(buildId.indexOf(':') + 1);
    }

    /** A name, or the name inside an ARN ({@code …:project/x} or {@code …:build/x:uuid}). */
    static String withoutArn(String nameOrArn) {
        return nameOrArn.startsWith("arn:") ? nameOrArn.substring(nameOrArn.indexOf('/') + 1) : nameOrArn;
    }

    static String consoleUrl(BuildEnvironment environment, String buildId) {
        return "https://" + environment.region() + ".console.aws.amazon.com/codebuild/home?region=" + environment.region()
                + "#/builds/" + buildId + "/view/new";
    }

    static LogsLocation logs(BuildEnvironment environment, String buildId) {
        String group = "/aws/codebuild/" + buildId.substring(0, buildId.indexOf(':'));
        String stream = uuid(buildId);
        return LogsLocation.builder().groupName(group).streamName(stream)
                .deepLink(deepLink(environment.region(), group, stream))
                .cloudWatchLogsArn("arn:aws:logs:" + environment.region() + ":" + environment.account() + ":log-group:" + group
                        + ":log-stream:" + stream)
                .build();
    }

    /** The log before a build host writes it: the link names neither group nor stream. */
    static LogsLocation unknownLogs(BuildEnvironment environment) {
        return LogsLocation.builder().deepLink(deepLink(environment.region(), "null", "null")).build();
    }

    private static String deepLink(String region, String group, String stream) {
        return "https://console.aws.amazon.com/cloudwatch/home?region=" + region + "#logEvent:group=" + group + ";stream=" + stream;
    }
}
