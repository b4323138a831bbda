package io.pipewright.infra;

import software.amazon.awscdk.App;
import software.amazon.awscdk.StackProps;

/** What {@code cdk} runs: see {@code cdk.json}. */
public final class PipewrightApp {
    private PipewrightApp() { }

    /** Synthesizes the stack into the folder that the CDK command line names in the environment. */
    public static void main(String[] arguments) {
        try {
            synthesize(new App());
        } catch (WrongDefinitionsException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void synthesize(App app) {
        Object name = app.getNode().tryGetContext("stackName");
        new PipewrightStack(app, "PipewrightStack", StackProps.builder()
                .stackName(name == null ? "Pipewright" : name.toString())
                .description("Pipewright: AWS CodePipeline that you own")
                .build());
        app.synth();
    }
}
