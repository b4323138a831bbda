package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;

class ApprovalTest {
    @Test
    void theFirstWordDecidesAndTheRestIsTheComment() {
        assertThat(Approval.answer(" a ")).contains(new Approval.Answer(ApprovalStatus.APPROVED, ""));
        assertThat(Approval.answer("Approve looks  good")).contains(new Approval.Answer(ApprovalStatus.APPROVED, "looks  good"));
        assertThat(Approval.answer("r")).contains(new Approval.Answer(ApprovalStatus.REJECTED, ""));
        assertThat(Approval.answer("no not today")).contains(new Approval.Answer(ApprovalStatus.REJECTED, "not today"));
    }

    @Test
    void anythingElseIsNoAnswer() {
        assertThat(Approval.answer("")).isEmpty();
        assertThat(Approval.answer("maybe")).isEmpty();
        assertThat(Approval.answer("also")).isEmpty();
    }

    @Test
    void theQuestionHoldsWhatThePipelineSaysAndWhereToAnswer() {
        Approval approval = new Approval("shop", "Approve", "Publish", "token", "Is 1.2 good?", "http://shop.test", Instant.EPOCH, true,
                Optional.of("http://127.0.0.1:4600/approvals/x"));
        assertThat(approval.question()).containsExactly(
                "shop / Approve / Publish waits for your approval.",
                "  Is 1.2 good?",
                "  To review: http://shop.test",
                "  Or answer at http://127.0.0.1:4600/approvals/x");
    }
}
