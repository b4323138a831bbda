package io.pipewright.functions.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageHtmlTest {
    private static final String HOSTILE = "\"'><script>alert(1)</script>&";

    @Test
    void everythingGivenIsEscaped() {
        String html = new PageHtml().heading(HOSTILE).paragraph(HOSTILE).approved(HOSTILE).rejected(HOSTILE)
                .facts(Map.of(HOSTILE, HOSTILE)).decisionForm("</textarea>" + HOSTILE, 512, false, HOSTILE).page(HOSTILE);

        assertThat(html).doesNotContain("<script").doesNotContain(HOSTILE)
                .contains("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;");
        assertThat(html.split("</textarea>")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://beta.example/a?b=1", "http://beta.example"})
    void webAddressesBecomeLinks(String address) {
        assertThat(new PageHtml().facts(Map.of("To review", address)).page("t"))
                .contains("href=\"" + address.replace("&", "&amp;") + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "data:text/html,x", "//evil.example", "JaVaScRiPt:x", "http:evil",
        " https://x.example", "https://a b", "ftp://x.example", ""})
    void everythingElseStaysText(String address) {
        assertThat(new PageHtml().facts(Map.of("To review", address)).page("t")).doesNotContain("href");
    }

    @Test
    void thePolicyAllowsThePagesOwnStyleAndNothingElse() throws Exception {
        String html = new PageHtml().heading("t").page("t");
        Matcher style = Pattern.compile("<style>(.*)</style>", Pattern.DOTALL).matcher(html);
        assertThat(style.find()).isTrue();
        String hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(style.group(1).getBytes(StandardCharsets.UTF_8)));

        assertThat(PageHtml.HEADERS.get("Content-Security-Policy")).isEqualTo("default-src 'none'; style-src 'sha256-" + hash
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(html).doesNotContain("<script", "<img", "<link", "style=", "onclick", "@import", "url(");
    }

    @Test
    void secretsHaveTheirFormAndAreFoundByHash() {
        LinkToken token = LinkToken.random();

        assertThat(token.isWellFormed()).isTrue();
        assertThat(token.hash()).hasSize(64).isEqualTo(new LinkToken(token.text()).hash());
        assertThat(LinkToken.random().text()).isNotEqualTo(token.text());
        assertThat(token.toString()).doesNotContain(token.text());
    }
}
