package io.pipewright.functions.deploy;

import java.util.Locale;
import java.util.Map;

/**
 * Content types by the ending of a file's name, in any letter case.
 *
 * <p>Recordings of CodePipeline settle html, js, css, json, txt, xml, svg, png and jpg, and that bin, map, woff2 and names without
 * ending have none of their own. The other rows were not recorded; they are types that no table disputes.
 */
final class ContentTypes {
    private static final String OTHER = "application/octet-stream";

    private static final Map<String, String> BY_ENDING = Map.ofEntries(
            Map.entry("html", "text/html"),
            Map.entry("htm", "text/html"),
            Map.entry("js", "application/x-javascript"),
            Map.entry("css", "text/css"),
            Map.entry("json", "application/json"),
            Map.entry("txt", "text/plain"),
            Map.entry("xml", "application/xml"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("tif", "image/tiff"),
            Map.entry("tiff", "image/tiff"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("zip", "application/zip"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"));

    private ContentTypes() { }

    /** @param name of a file, with or without folders */
    static String of(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? OTHER : BY_ENDING.getOrDefault(file.substring(dot + 1).toLowerCase(Locale.ROOT), OTHER);
    }
}
