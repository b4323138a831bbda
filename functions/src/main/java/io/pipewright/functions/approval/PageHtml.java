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
            :root{color-scheme:light dark;--page:#f2f3f3;--card:#fff;--line:#d5dbdb;--text:#16191f;--soft:#545b64;--link:#0067b0;\
            --good:#1d7a3f;--bad:#b3261e;--field:#7d8998}\
            @media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#1a212b;--line:#3a4656;--text:#e6e9ec;--soft:#a9b4c0;--link:#75bdf5;\
            --good:#6bcf8e;--bad:#ff9d94;--field:#7d8998}}\
            body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}\
            header{background:#232f3e;color:#fff;font-weight:600;padding:.7rem 1rem}\
            header span,main{display:block;max-width:42rem;margin:0 auto}\
            main{padding:1.5rem 1rem 3rem}\
            h1{font-size:1.45rem;line-height:1.25;margin:0 0 1rem;overflow-wrap:anywhere}\
            section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem;margin:0 0 1rem}\
            section.good{border-left:.3rem solid var(--good)}section.bad{border-left:.3rem solid var(--bad)}\
            dl{margin:0;display:grid;grid-template-columns:max-content 1fr;gap:.5rem 1.25rem}\
            dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}a{color:var(--link)}\
            .text{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}\
            .note{color:var(--soft);font-size:.9rem;margin:.9rem 0 0}\
            .error{color:var(--bad);font-weight:600;margin:0 0 .75rem}\
            label{display:block;font-weight:600;margin-bottom:.4rem}label span{color:var(--soft);font-weight:400}\
            textarea{box-sizing:border-box;width:100%;min-height:6rem;font:inherit;padding:.55rem .65rem;border:1px solid var(--field);\
            border-radius:.4rem;background:var(--card);color:inherit;resize:vertical}\
            .buttons{display:flex;gap:.75rem;margin-top:1rem}\
            button{flex:1;font:inherit;font-weight:600;min-height:3rem;padding:.6rem;border-radius:.4rem;border:2px solid #1d7a3f;background:#1d7a3f;color:#fff;cursor:pointer}\
            button:hover{background:#166133;border-color:#166133}\
            button.reject,button.reject:hover{background:transparent;border-color:var(--bad);color:var(--bad)}\
            button.reject:hover{text-decoration:underline}\
            :focus-visible{outline:3px solid var(--link);outline-offset:2px}\
            @media (max-width:34rem){dl{display:block}dd{margin-bottom:.7rem}dd:last-child{margin-bottom:0}dt{font-size:.9rem}}\
            @media (min-width:34rem){button{flex:0 1 10rem}}\
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
        return paragraph("", text);
    }

    /** A paragraph that tells an approval. */
    PageHtml approved(String text) {
        return paragraph(" class=\"good\"", text);
    }

    /** A paragraph that tells a rejection. */
    PageHtml rejected(String text) {
        return paragraph(" class=\"bad\"", text);
    }

    private PageHtml paragraph(String attributes, String text) {
        body.append("<section").append(attributes).append("><p class=\"text\">").append(escaped(text)).append("</p></section>");
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

    /**
     * The two buttons and room for a comment; sent to the page's own address.
     *
     * @param comment what was typed before
     * @param error why that was not taken; empty at first, else shown beside the field, to which the browser goes
     */
    PageHtml decisionForm(String comment, int longestComment, boolean required, String error) {
        body.append("<section><form method=\"post\" autocomplete=\"off\">");
        if (!error.isEmpty()) {
            body.append("<p class=\"error\" role=\"alert\" id=\"error\">").append(escaped(error)).append("</p>");
        }
        body.append("<label for=\"summary\">Comment <span>").append(required ? "(required)" : "(optional)")
                .append("</span></label><textarea id=\"summary\" name=\"summary\" maxlength=\"").append(longestComment).append('"')
                .append(required ? " required" : "")
                .append(error.isEmpty() ? "" : " autofocus aria-invalid=\"true\" aria-describedby=\"error\"").append('>')
                .append('\n').append(escaped(comment)).append("</textarea><div class=\"buttons\">")
                .append("<button name=\"decision\" value=\"Approved\">Approve</button>")
                .append("<button class=\"reject\" name=\"decision\" value=\"Rejected\">Reject</button></div>")
                .append("<p class=\"note\">Approve lets the execution go on, Reject fails its stage. Only these buttons decide, and only ")
                .append("once. Whoever has this page's link can decide: pass it on with care.</p></form></section>");
        return this;
    }

    String page(String title) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta name=\"robots\" content=\"noindex\"><title>" + escaped(title) + "</title><style>" + STYLE
                + "</style></head><body><header><span>Pipewright</span></header><main>" + body + "</main></body></html>\n";
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
