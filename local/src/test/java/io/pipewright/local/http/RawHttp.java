package io.pipewright.local.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sends exactly the bytes of a test and reads one answer; for what no client library lets through. */
public final class RawHttp {

    /** An answer; header names as sent. */
    public record Answer(int status, List<String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public Optional<String> header(String name) {
            return headers.stream().filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ":"))
                    .map(line -> line.substring(name.length() + 1).trim()).findFirst();
        }
    }

    private RawHttp() {
    }

    /** Sends the request line, the headers and the body; a header {@code Host} is added unless one is given. */
    public static Answer send(int port, String line, List<String> headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\n");
        if (headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
            head.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        headers.forEach(header -> head.append(header).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            request.writeBytes(body);
            socket.getOutputStream().write(request.toByteArray());
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    public static Answer get(int port, String path, String... headers) throws IOException {
        return send(port, "GET " + path, Arrays.asList(headers), new byte[0]);
    }

    private static Answer read(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int start = text.startsWith("HTTP/1.1 100") ? text.indexOf("\r\n\r\n") + 4 : 0;
        int end = text.indexOf("\r\n\r\n", start);
        List<String> head = List.of(text.substring(start, end).split("\r\n"));
        return new Answer(Integer.parseInt(head.get(0).split(" ")[1]), head.subList(1, head.size()),
                Arrays.copyOfRange(all, end + 4, all.length));
    }
}
