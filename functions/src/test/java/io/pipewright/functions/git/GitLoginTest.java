package io.pipewright.functions.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The expected signatures are those of the tests of git-remote-codecommit, AWS's own helper. */
class GitLoginTest {
    private static final Instant AT = Instant.parse("2017-12-24T11:53:20Z");
    private static final String HOST = "git-codecommit.us-west-2.amazonaws.com";
    private static final String PATH = "/v1/repos/test_repo";
    private static final String PASSWORD =
            "20171224T115320Zb6df2d758a8023b2f000a546417007b65494f3ce8ad0300fd45fcfa173f1959a";

    @Test
    void thePasswordIsTheTimeAndTheSignatureOfTheUrl() {
        GitLogin login = GitLogin.sign(AwsBasicCredentials.create("access", "secret"), "us-west-2", HOST, PATH, AT);
        assertThat(login).isEqualTo(new GitLogin("access", PASSWORD));
    }

    @Test
    void aSessionTokenGoesIntoTheUserName() {
        GitLogin login = GitLogin.sign(
                AwsSessionCredentials.create("access", "secret", "token"), "us-west-2", HOST, PATH, AT);
        assertThat(login).isEqualTo(new GitLogin("access%token", PASSWORD));
    }

    @Test
    void theHostIsSignedToo() {
        GitLogin login = GitLogin.sign(
                AwsBasicCredentials.create("access", "secret"), "us-west-2", "land.called.honahlee", PATH, AT);
        assertThat(login.password())
                .isEqualTo("20171224T115320Za14a37a53035bbceb6e1748247b143124fe7326cdffd3d418236a592ce6158a0");
    }

    @Test
    void itDoesntShowInLogs() {
        assertThat(new GitLogin("user", "password").toString()).doesNotContain("user").doesNotContain("password");
    }
}
