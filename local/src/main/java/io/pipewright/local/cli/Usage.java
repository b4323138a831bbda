package io.pipewright.local.cli;

/** What help says. */
final class Usage {
    static final String ALL = """
            Pipewright runs AWS CodePipeline pipelines on this machine.

            Usage: pipewright COMMAND …

              run DIR         pack the directory, run its pipeline once and show it live
              serve           keep the system running for aws and the AWS SDKs
              proxy           let aws and the AWS SDKs reach a Pipewright that is deployed in AWS
              validate FILE   list everything that is wrong with a pipeline
              compile FILE    print the state machine that a pipeline becomes
              import FILE…    take over pipelines, from get-pipeline or CloudFormation, CDK and SAM templates

            pipewright help COMMAND tells more.
            """;

    private static final String RUN = """
            Usage: pipewright run DIR [--yes] [--data DIR]

            Packs the directory, creates or updates the pipeline that DIR/pipeline.json declares and the CodeBuild
            projects of DIR/codebuild/*.json, starts one execution and follows it to its end. The exit status is 0
            only if the execution succeeded; Ctrl-C stops it.

              --yes        approve whatever waits for approval
              --data DIR   where everything is kept between runs, ~/.pipewright by default

            A pipewright serve on the same data does the work if there is one.
            """;

    private static final String SERVE = """
            Usage: pipewright serve [--port NUMBER] [--data DIR] [--limit NAME=VALUE]… [--sync full]

            Keeps the system running until Ctrl-C and takes up what ran when it ended the last time.

              --port NUMBER        port on 127.0.0.1, 4600 by default, 0 for any free one
              --data DIR           where everything is kept, ~/.pipewright by default
              --limit NAME=VALUE   another quota than AWS's, for example stages=100
              --sync full          survive power losses too, at the price of slower writes
            """;

    private static final String PROXY = """
            Usage: pipewright proxy [--profile NAME] [--stack NAME] [--role-arn ARN] [--region NAME] [--port NUMBER]
                                    [--api-url URL]

            Takes CodePipeline calls on 127.0.0.1, signs them with your credentials and passes them on to the API of a
            deployed stack, until Ctrl-C. It serves only who signs with the key pair that it prints.

              --profile NAME   whose credentials and region to use, those of the environment by default
              --stack NAME     the stack in CloudFormation, Pipewright by default
              --role-arn ARN   a role to assume first
              --region NAME    where the stack is
              --port NUMBER    port on 127.0.0.1, 4600 by default, 0 for any free one
              --api-url URL    the API's URL, for those who may not look at the stack
            """;

    private static final String VALIDATE = """
            Usage: pipewright validate FILE [--limit NAME=VALUE]…

            Lists everything that is wrong with a pipeline, where it is and what to do. FILE is JSON as
            aws codepipeline create-pipeline --cli-input-json takes it, or the pipeline alone.
            """;

    private static final String COMPILE = """
            Usage: pipewright compile FILE [--limit NAME=VALUE]…

            Prints the Amazon States Language definition of the state machine that runs the pipeline.
            """;

    private static final String IMPORT = """
            Usage: pipewright import FILE… [--value NAME=VALUE]… [--stack-resources FILE]… [--account NUMBER] [--region NAME]
                                     [--only PIPELINE]… [--poll] [--trigger-function ARN] [--limit NAME=VALUE]…
                                     [--out DIR] [--create [--endpoint URL | --data DIR]]

            Prints what pipelines, the rules that start them, webhooks and custom action types become, and what their roles must
            trust. FILE is what aws codepipeline get-pipeline answered, a CloudFormation template in JSON or YAML (cdk synth,
            cdk.out/*.template.json, SAM), or what aws cloudformation get-template answered; - reads standard input.

              --value NAME=VALUE       a parameter, a resource's physical id, RESOURCE.ATTRIBUTE, an export, AWS::StackName, or
                                       what a {{resolve:…}} stands for
              --stack-resources FILE   what aws cloudformation describe-stack-resources, list-stack-resources, describe-stacks or
                                       list-exports answered
              --account, --region      where the pipelines belong, if no stack's id says so
              --only PIPELINE          a pipeline by name or logical id, with what starts it; otherwise all
              --poll                   poll sources (PollForSourceChanges) instead of rules that say no more than that
              --trigger-function ARN   what rules call; the stack's output TriggerFunction, pipewright-trigger:live by default
              --limit NAME=VALUE       another quota than AWS's
              --out DIR                write files: pipelines/, rules/, trust/ and so on
              --create                 create or update it all at --endpoint, else at AWS_ENDPOINT_URL_CODEPIPELINE or
                                       AWS_ENDPOINT_URL, else in the local home (--data DIR, ~/.pipewright by default)

            Every value that is not known and everything that CreatePipeline would refuse is listed; while there is any, nothing
            is written or created, and the exit status is 1.
            """;

    private Usage() {
    }

    static String of(String command) {
        return switch (command) {
            case "run" -> RUN;
            case "serve" -> SERVE;
            case "proxy" -> PROXY;
            case "validate" -> VALIDATE;
            case "compile" -> COMPILE;
            case "import" -> IMPORT;
            default -> ALL;
        };
    }
}
