package io.pipewright.local.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.DeleteProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StopBuildRequest;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** CodeBuild's API, as far as the twin goes: {@code aws codebuild} manages the projects that pipelines use. The rest is refused by name. */
final class CodeBuildRoute implements Route {
    private static final String PREFIX = "CodeBuild_20161006.";
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final Map<String, Function<JsonNode, SdkPojo>> operations = new HashMap<>();

    CodeBuildRoute(CodeBuildClient codeBuild) {
        put("CreateProject", CreateProjectRequest::builder, codeBuild::createProject);
        put("UpdateProject", UpdateProjectRequest::builder, codeBuild::updateProject);
        put("DeleteProject", DeleteProjectRequest::builder, codeBuild::deleteProject);
        put("BatchGetProjects", BatchGetProjectsRequest::builder, codeBuild::batchGetProjects);
        put("ListProjects", ListProjectsRequest::builder, codeBuild::listProjects);
        put("StartBuild", StartBuildRequest::builder, codeBuild::startBuild);
        put("StopBuild", StopBuildRequest::builder, codeBuild::stopBuild);
        put("BatchGetBuilds", BatchGetBuildsRequest::builder, codeBuild::batchGetBuilds);
        put("ListBuildsForProject", ListBuildsForProjectRequest::builder, codeBuild::listBuildsForProject);
    }

    private <B extends SdkPojo & SdkBuilder<B, T>, T> void put(
            String name, Supplier<B> builder, Function<T, ? extends SdkPojo> operation) {
        operations.put(PREFIX + name, json -> operation.apply(Codec.read(builder, json)));
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST")
                && request.header(ApiRoute.TARGET).map(target -> target.startsWith(PREFIX)).orElse(false);
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        response.header("x-amzn-RequestId", UUID.randomUUID().toString());
        String body = request.bodyText(MOST_BYTES);
        String target = request.header(ApiRoute.TARGET).orElseThrow();
        Function<JsonNode, SdkPojo> operation = operations.get(target);
        try {
            if (operation == null) {
                throw ApiError.notAvailable(target.substring(PREFIX.length()));
            }
            answer(response, 200, Codec.write(operation.apply(Codec.parse(body))));
        } catch (ApiError e) {
            answer(response, e.httpStatus(), e.body());
        } catch (AwsServiceException e) {
            answer(response, e.statusCode(), JsonNodeFactory.instance.objectNode()
                    .put("__type", e.awsErrorDetails().errorCode())
                    .put("message", e.awsErrorDetails().errorMessage()));
        }
    }

    private static void answer(Response response, int status, ObjectNode json) throws IOException {
        response.send(status, ApiRoute.JSON_1_1, json.toString());
    }
}
