package io.pipewright.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextTokenTest {
    @Test
    void aTokenLeadsToItsPosition() {
        String token = NextToken.encode("ListPipelineExecutions", "shop", "run#000017");
        assertThat(NextToken.decode(token, "ListPipelineExecutions", "shop")).isEqualTo("run#000017");
        assertThat(token).matches("[A-Za-z0-9_-]{1,2048}");
    }

    @Test
    void aTokenIsGoodForItsOwnFilterAndOperationOnly() {
        String token = NextToken.encode("ListPipelineExecutions", "shop", "run#000017");
        assertRefused(token, "ListPipelineExecutions", "other");
        assertRefused(token, "ListActionExecutions", "shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "not base64!", "e30", "bnVsbA", "W10", "eyJvcGVyYXRpb24iOnt9fQ", "_____w"})
    void anyOtherTextIsRefused(String token) {
        assertRefused(token, "ListPipelineExecutions", "shop");
    }

    @Test
    void aDeeplyNestedTextIsRefused() {
        assertRefused(Base64.getUrlEncoder().encodeToString("[".repeat(1500).getBytes()), "ListPipelines", "");
    }

    @Test
    void aPositionThatNoClientCouldSendBackIsAMistakeOfOurs() {
        assertThat(NextToken.encode("ListDeployActionExecutionTargets", "f", "x".repeat(1400))).hasSizeLessThanOrEqualTo(NextToken.LONGEST);
        assertThatThrownBy(() -> NextToken.encode("ListPipelines", "f", "x".repeat(2000))).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(String token, String operation, String filter) {
        assertThatThrownBy(() -> NextToken.decode(token, operation, filter)).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.code()).isEqualTo("InvalidNextTokenException");
            assertThat(error.getMessage()).isEqualTo(
                    "The nextToken value '" + token + "' is not valid. Specify a valid nextToken value, and then try again.");
        });
    }
}
