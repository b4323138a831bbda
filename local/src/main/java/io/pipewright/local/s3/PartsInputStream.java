package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;

/** The bytes of several parts in a row, from an offset. Opens one file at a time; the others are pinned till closed. */
final class PartsInputStream extends InputStream {
    private final Blobs blobs;
    private final List<String> pinned;
    private final Iterator<Part> parts;
    private long skip;
    private InputStream current = InputStream.nullInputStream();
    private boolean closed;

    PartsInputStream(Blobs blobs, List<Part> parts, long offset) {
        this.blobs = blobs;
        this.pinned = parts.stream().map(Part::blob).toList();
        this.parts = parts.iterator();
        this.skip = offset;
        blobs.pin(pinned);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int n;
        while ((n = current.read(buffer, offset, length)) < 0) {
            if (!parts.hasNext()) {
                return -1;
            }
            next(parts.next());
        }
        return n;
    }

    private void next(Part part) throws IOException {
        if (skip >= part.size()) {
            skip -= part.size();
        } else {
            current.close();
            current = blobs.open(part.blob(), skip);
            skip = 0;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                current.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                blobs.unpin(pinned);
            }
        }
    }
}
