package io.pipewright.functions.approval;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a page: everything that is given as text is escaped. A page has no script and loads nothing; its only style is its own,
 * which the policy names by hash.
 */
final class PageHtml {
    private static final String STYLE = """
            body{margin:0;background:#f4f5f7;color:#16191f;font:1rem/1.5 system-ui,sans-serif}\
            main{max-width:40rem;margin:0 auto;padding:1.25rem 1rem 3rem}\
            h1{font-size:1.4rem;line-height:1.25;margin:.5rem 0 1rem;overflow-wrap:anywhere}\
            section{background:#fff;border:1px solid #d5d9e0;border-radius:.5rem;padding:1rem;margin:0 0 1rem}\
            dl{margin:0;display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.35rem 1rem}\
            dt{color:#545b64}dd{margin:0;overflow-wrap:anywhere}\
            .text{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}\
            label{display:block;font-weight:600;margin-bottom:.35rem}\
            textarea{box-sizing:border-box;width:100%;min-height:6rem;font:inherit;padding:.5rem;border:1px solid #7d8998;border-radius:.35rem}\
            .buttons{display:flex;gap:.75rem;flex-wrap:wrap;margin-top:1rem}\
            button{flex:1 1 8rem;font:inherit;font-weight:600;padding:.75rem;border-radius:.35rem;border:2px solid #0b6b3a;background:#0b6b3a;color:#fff;cursor:pointer}\
            button.reject{background:#fff;border-color:#b3261e;color:#b3261e}\
            .error{border-color:#b3261e;color:#8c1d18}\
            @media (prefers-color-scheme:dark){body{background:#16191f;color:#e9ebed}section{background:#21252c;border-color:#414d5c}dt{color:#b6bec9}\
            a{color:#89bdee}textarea{background:#16191f;color:inherit}button.reject{background:none;border-color:#f2a39d;color:#f2a39d}.error{color:#f2a39d;border-color:#f2a39d}}\
            """;

    /** What every page is sent with, besides its content type. */
    static final Map<String, String> HEADERS = headers();

    private final StringBuilder body = new StringBuilder();

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Security-Policy", "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
                + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        headers.put("X-Frame-Options", "DENY");
        headers.put("X-Content-Type-Options", "nosniff");
        // The address is the secret: no other site may learn it, and no cache may keep it.
        headers.put("Referrer-Policy", "same-origin");
        headers.put("Cache-Control", "no-store");
        headers.put("X-Robots-Tag", "noindex, nofollow");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        return Map.copyOf(headers);
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    PageHtml heading(String text) {
        body.append("<h1>").append(escaped(text)).append("</h1>");
        return this;
    }

    PageHtml paragraph(String text) {
        body.append("<section><p class=\"text\">").append(escaped(text)).append("</p></section>");
        return this;
    }

    PageHtml error(String text) {
        body.append("<section class=\"error\" role=\"alert\">").append(escaped(text)).append("</section>");
        return this;
    }

    /** Names and values; a value that is an http or https address becomes a link, any other stays text. */
    PageHtml facts(Map<String, String> facts) {
        body.append("<section><dl>");
        facts.forEach((name, value) -> body.append("<dt>").append(escaped(name)).append("</dt><dd>")
                .append(linked(value)).append("</dd>"));
        body.append("</dl></section>");
        return this;
    }

    /** The two buttons and room for a comment; sent to the page's own address. */
    PageHtml decisionForm(String comment, int longestComment, boolean required) {
        body.append("<section><form method=\"post\" autocomplete=\"off\"><label for=\"summary\">Comment")
                .append(required ? " (required)" : " (optional)").append("</label><textarea id=\"summary\" name=\"summary\" maxlength=\"")
                .append(longestComment).append('"').append(required ? " required" : "").append('>')
                .append('\n').append(escaped(comment)).append("</textarea><div class=\"buttons\">")
                .append("<button name=\"decision\" value=\"Approved\">Approve</button>")
                .append("<button class=\"reject\" name=\"decision\" value=\"Rejected\">Reject</button>")
                .append("</div></form></section>");
        return this;
    }

    String page(String title) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta name=\"robots\" content=\"noindex\"><title>" + escaped(title) + "</title><style>" + STYLE
                + "</style></head><body><main>" + body + "</main></body></html>\n";
    }

    private static String linked(String value) {
        return isWebAddress(value)
                ? "<a rel=\"noopener noreferrer\" href=\"" + escaped(value) + "\">" + escaped(value) + "</a>"
                : "<span class=\"text\">" + escaped(value) + "</span>";
    }

    private static boolean isWebAddress(String value) {
        try {
            URI address = new URI(value);
            return ("http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme()))
                    && address.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(character);
            }
        });
        return safe.toString();
    }
}
