package io.pipewright.functions.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pipewright.functions.store.Job;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import java.io.UncheckedIOException;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.FailureDetails;
import software.amazon.awssdk.services.codepipeline.model.PutJobFailureResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutJobSuccessResultRequest;

/**
 * What a worker answers, as text that is the same for the same answer whatever the order of its members.
 *
 * @param text canonical JSON of the request without the job's id
 */
record JobAnswer(String text, boolean succeeded) {
    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    static JobAnswer of(PutJobSuccessResultRequest request) {
        return new JobAnswer(canonical(request.toBuilder().jobId(null).build()), true);
    }

    static JobAnswer of(FailureDetails failure) {
        return new JobAnswer(canonical(PutJobFailureResultRequest.builder().failureDetails(failure).build()), false);
    }

    private static String canonical(SdkPojo request) {
        try {
            return CANONICAL.writeValueAsString(CANONICAL.convertValue(Codec.write(request), Map.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks an answer to a job that has one already.
     *
     * @throws ApiError InvalidJobState unless it is the same answer once more
     */
    void requireRepetition(Job job) {
        if (job.succeeded() != succeeded) {
            throw ApiError.jobAlreadyTerminated(job.id());
        }
        if (!job.result().orElseThrow().equals(text)) {
            throw ApiError.jobAlreadyHasResult(job.id());
        }
    }

    /** The success that a job was answered with. */
    static PutJobSuccessResultRequest success(Job job) {
        return Codec.read(PutJobSuccessResultRequest::builder, json(job));
    }

    /** The failure that a job was answered with. */
    static FailureDetails failure(Job job) {
        return Codec.read(PutJobFailureResultRequest::builder, json(job)).failureDetails();
    }

    private static JsonNode json(Job job) {
        try {
            return CANONICAL.readTree(job.result().orElseThrow());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
