package io.millrace.wal.file;

import java.util.ArrayList;
import java.util.List;

/**
 * The files that make up the log's history, in order. Where a file was cut or torn, the next one's
 * {@link LogFile#continuesFrom} says where it validly ends; what lies behind is dead and in no file's history.
 *
 * <p>Thread-safe: an immutable list, replaced.
 */
public final class FileChain {
    private volatile List<LogFile> files;

    public FileChain(List<LogFile> files) {
        this.files = List.copyOf(files);
    }

    public List<LogFile> files() {
        return files;
    }

    /** The oldest file; a chain has none only until its log is open. */
    public LogFile first() {
        return files.get(0);
    }

    /** Adds a file; files that begin at or behind the place from which it goes on are dead from here on. */
    public synchronized void append(LogFile file) {
        List<LogFile> next = new ArrayList<>(files);
        next.removeIf(old -> old.firstIndex() >= file.continuesFrom());
        next.add(file);
        files = List.copyOf(next);
    }

    /** Forgets files from the start of the log. */
    public synchronized void removeBefore(LogFile first) {
        List<LogFile> next = new ArrayList<>(files);
        next.removeIf(old -> old.cycle() < first.cycle());
        files = List.copyOf(next);
    }

    /** The file in which the document of an index lies or will lie, or null where it is in none. */
    public LogFile fileOf(long index) {
        List<LogFile> list = files;
        for (int i = list.size() - 1; i >= 0; i--) {
            LogFile file = list.get(i);
            if (index >= file.continuesFrom()) {
                return file;
            }
        }
        LogFile first = list.get(0);
        return index >= first.firstIndex() ? first : null;
    }

    /** Whether an index lies in the valid part of a file, or at its end. */
    public boolean contains(long index) {
        List<LogFile> list = files;
        for (int i = list.size() - 1; i >= 0; i--) {
            LogFile file = list.get(i);
            if (index >= file.firstIndex()) {
                return i == list.size() - 1 || index <= list.get(i + 1).continuesFrom();
            }
        }
        return index == list.get(0).continuesFrom();
    }
}
