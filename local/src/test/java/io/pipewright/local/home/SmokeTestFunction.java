package io.pipewright.local.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.FailureType;
import software.amazon.awssdk.services.codepipeline.model.JobDetails;

/** A user's function as it is written for CodePipeline: its client is the SDK's default one. What is named {@code broken} fails. */
final class SmokeTestFunction {
    private SmokeTestFunction() { }

    /** Gets the event on standard input. */
    public static void main(String[] arguments) throws IOException {
        JsonNode job = new ObjectMapper().readTree(System.in).path("CodePipeline.job");
        String id = job.path("id").asText();
        String parameters = job.at("/data/actionConfiguration/configuration/UserParameters").asText();
        try (CodePipelineClient codePipeline = CodePipelineClient.create()) {
            JobDetails details = codePipeline.getJobDetails(request -> request.jobId(id)).jobDetails();
            if (parameters.equals("broken")) {
                codePipeline.putJobFailureResult(request -> request.jobId(id).failureDetails(failure -> failure
                        .type(FailureType.JOB_FAILED).message(parameters + " doesn't answer")));
            } else {
                String tested = details.data().inputArtifacts().get(0).name() + " of " + parameters;
                codePipeline.putJobSuccessResult(request -> request.jobId(id).outputVariables(Map.of("Tested", tested)));
            }
        }
    }
}
