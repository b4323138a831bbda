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
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRulesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The JSON API of a twin, as far as the twin goes: {@code aws codebuild}, {@code aws events}. The rest is refused by name. */
final class ModelRoute implements Route {
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final String prefix;
    private final Map<String, Function<JsonNode, SdkPojo>> operations = new HashMap<>();

    /** @param prefix of {@code X-Amz-Target}, with the dot */
    private ModelRoute(String prefix) {
        this.prefix = prefix;
    }

    /** The projects that pipelines use, and their builds. */
    static ModelRoute of(CodeBuildClient codeBuild) {
        ModelRoute route = new ModelRoute("CodeBuild_20161006.");
        route.put("CreateProject", CreateProjectRequest::builder, codeBuild::createProject);
        route.put("UpdateProject", UpdateProjectRequest::builder, codeBuild::updateProject);
        route.put("DeleteProject", DeleteProjectRequest::builder, codeBuild::deleteProject);
        route.put("BatchGetProjects", BatchGetProjectsRequest::builder, codeBuild::batchGetProjects);
        route.put("ListProjects", ListProjectsRequest::builder, codeBuild::listProjects);
        route.put("StartBuild", StartBuildRequest::builder, codeBuild::startBuild);
        route.put("StopBuild", StopBuildRequest::builder, codeBuild::stopBuild);
        route.put("BatchGetBuilds", BatchGetBuildsRequest::builder, codeBuild::batchGetBuilds);
        route.put("ListBuildsForProject", ListBuildsForProjectRequest::builder, codeBuild::listBuildsForProject);
        return route;
    }

    /** The rules that start pipelines, and events to try them with. */
    static ModelRoute of(EventBridgeClient bus) {
        ModelRoute route = new ModelRoute("AWSEvents.");
        route.put("PutRule", PutRuleRequest::builder, bus::putRule);
        route.put("DescribeRule", DescribeRuleRequest::builder, bus::describeRule);
        route.put("ListRules", ListRulesRequest::builder, bus::listRules);
        route.put("DeleteRule", DeleteRuleRequest::builder, bus::deleteRule);
        route.put("EnableRule", EnableRuleRequest::builder, bus::enableRule);
        route.put("DisableRule", DisableRuleRequest::builder, bus::disableRule);
        route.put("PutTargets", PutTargetsRequest::builder, bus::putTargets);
        route.put("ListTargetsByRule", ListTargetsByRuleRequest::builder, bus::listTargetsByRule);
        route.put("RemoveTargets", RemoveTargetsRequest::builder, bus::removeTargets);
        route.put("PutEvents", PutEventsRequest::builder, bus::putEvents);
        return route;
    }

    private <B extends SdkPojo & SdkBuilder<B, T>, T> void put(
            String name, Supplier<B> builder, Function<T, ? extends SdkPojo> operation) {
        operations.put(prefix + name, json -> operation.apply(Codec.read(builder, json)));
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST")
                && request.header(ApiRoute.TARGET).map(target -> target.startsWith(prefix)).orElse(false);
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        response.header("x-amzn-RequestId", UUID.randomUUID().toString());
        String body = request.bodyText(MOST_BYTES);
        String target = request.header(ApiRoute.TARGET).orElseThrow();
        Function<JsonNode, SdkPojo> operation = operations.get(target);
        try {
            if (operation == null) {
                throw ApiError.notAvailable(target.substring(prefix.length()));
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
