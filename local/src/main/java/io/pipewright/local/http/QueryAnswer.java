package io.pipewright.local.http;

/**
 * An answer in the awsQuery protocol.
 *
 * @param status of the HTTP answer
 * @param xml its body, {@code text/xml} in UTF-8
 */
public record QueryAnswer(int status, String xml) {

    /**
     * The answer to an operation that succeeded.
     *
     * @param result the content of the operation's result element, from {@link #element} and its like
     * @param requestId shown in the answer
     */
    public static QueryAnswer success(String namespace, String action, String result, String requestId) {
        return new QueryAnswer(200, "<" + action + "Response xmlns=\"" + namespace + "\"><" + action + "Result>" + result
                + "</" + action + "Result><ResponseMetadata>" + element("RequestId", requestId)
                + "</ResponseMetadata></" + action + "Response>");
    }

    /** The answer to an operation that failed. */
    public static QueryAnswer error(String namespace, int status, String code, String message, String requestId) {
        return new QueryAnswer(status, "<ErrorResponse xmlns=\"" + namespace + "\"><Error>" + element("Type", "Sender")
                + element("Code", code) + element("Message", message) + "</Error>" + element("RequestId", requestId)
                + "</ErrorResponse>");
    }

    /** An element that holds a text. */
    public static String element(String name, String text) {
        return "<" + name + ">" + escape(text) + "</" + name + ">";
    }

    /** What XML 1.0 can't hold in any form becomes a question mark. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\r' -> escaped.append("&#13;");
                default -> escaped.appendCodePoint(isXml(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
