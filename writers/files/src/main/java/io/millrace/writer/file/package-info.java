/**
 * {@code type: file}: changes as lines of JSON, in files that are rotated, or on standard output.
 *
 * <pre>
 *  changes ─▶ FileChangeWriter ─ ChangeJson, ValueJson ─▶ JsonOutput ─▶ LineSink: FileSeries or StandardOutput
 *                    └ checkpoint ─▶ sync ─▶ CheckpointFile, with the file's length
 * </pre>
 *
 * <p>After a crash the files are cut back to the length that the checkpoint names, so that each change stands in them once.
 */
package io.millrace.writer.file;
