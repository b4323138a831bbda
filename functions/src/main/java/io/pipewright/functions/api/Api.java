package io.pipewright.functions.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.functions.wire.ServiceModel;
import io.pipewright.functions.wire.Validator;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Answers one call. The order of checks is the service's, as recorded: types and constraints of the request, then existence, then
 * meaning.
 */
public final class Api {
    /** What a body may weigh at most; the largest pipelines are far below. */
    public static final int MOST_BYTES = 4 * 1024 * 1024;

    /** What an operation does with its typed request; {@code null} is an answer without a body. */
    interface Operation<T> {
        SdkPojo answer(T request, Caller caller);
    }

    private interface Call {
        Optional<ObjectNode> answer(ObjectNode input, Caller caller);
    }

    /**
     * An answer on the wire.
     *
     * @param body JSON, or nothing at all for operations without output
     */
    public record Answer(int status, byte[] body) { }

    private final Map<String, Call> calls = new HashMap<>();
    private final Engine engine;

    public Api(Engine engine) {
        this.engine = engine;
        new PipelineOperations(engine).register(this);
        new ExecutionOperations(engine).register(this);
        new HistoryOperations(engine).register(this);
        new StateOperation(engine).register(this);
        new WorkOperations(engine).register(this);
    }

    /** Registers an operation under its model name. */
    <B extends SdkPojo & SdkBuilder<B, T>, T> void operation(
            String name, Supplier<B> builder, Operation<T> operation) {
        calls.put(name, (input, caller) -> {
            T request = Codec.read(builder, input);
            Validator.validate(name, input);
            SdkPojo output = operation.answer(request, caller);
            return Optional.ofNullable(output).map(Api::json);
        });
    }

    /** Ids of action types name their type in CodePipeline's recorded answers; its clients take no such member. */
    private static ObjectNode json(SdkPojo output) {
        ObjectNode json = Codec.write(output);
        for (JsonNode id : json.findValues("actionTypeId")) {
            if (id instanceof ObjectNode structure) {
                structure.put("__type", "ActionTypeId");
            }
        }
        return json;
    }

    /**
     * Answers a call.
     *
     * @param target the value of the {@code X-Amz-Target} header
     */
    public Answer answer(String target, byte[] body, Caller caller) {
        try {
            if (body.length > MOST_BYTES) {
                throw ApiError.requestTooLarge();
            }
            Optional<ObjectNode> output = call(target).answer(
                    Codec.parse(new String(body, StandardCharsets.UTF_8)), caller);
            return new Answer(200, output.map(Api::bytes).orElseGet(() -> new byte[0]));
        } catch (ApiError e) {
            return error(e);
        } catch (RuntimeException e) {
            engine.log().error("The call " + target + " failed", e, Log.REQUEST, caller.requestId());
            return error(ApiError.internalFailure(e));
        }
    }

    private Call call(String target) {
        String prefix = ServiceModel.TARGET_PREFIX + ".";
        if (target != null && !target.startsWith("CodePipeline")) {
            // Another service's call, of a client that was told to send everything here: it should read what it sent.
            throw ApiError.notAvailable(target);
        }
        String name = target != null && target.startsWith(prefix) ? target.substring(prefix.length()) : "";
        Call call = calls.get(name);
        if (call != null) {
            return call;
        }
        if (ServiceModel.codePipeline().operations().containsKey(name)) {
            return (input, caller) -> {
                Validator.validate(name, input);
                throw ApiError.notAvailable(name);
            };
        }
        throw ApiError.unknownOperation();
    }

    private static Answer error(ApiError error) {
        return new Answer(error.httpStatus(), bytes(error.body()));
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
