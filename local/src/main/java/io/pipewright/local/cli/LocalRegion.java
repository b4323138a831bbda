package io.pipewright.local.cli;

/** Where local pipelines believe they are. */
final class LocalRegion {
    static final String NAME = "us-east-1";
    private static final String ACCOUNT = "000000000000";

    private LocalRegion() {
    }

    /** The ARN by which the local home's machines call a handler. */
    static String functionArn(String handler) {
        return "arn:aws:lambda:" + NAME + ":" + ACCOUNT + ":function:pipewright-" + handler;
    }
}
