package io.millrace.reader.mysql.schema;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.schema.TableId;
import io.millrace.wal.codec.DdlCodec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was done to working tables of online schema changes, as words that the log keeps beside its words on databases: the key is no
 * name that a database may have, the value an event as the log has it, in Base64.
 */
final class CopyNotes {
    private static final String KEY = "\0copy ";

    private CopyNotes() {}

    static Map<String, String> of(Map<TableId, List<AlterStep>> copies) {
        Map<String, String> notes = new HashMap<>();
        copies.forEach((table, steps) -> {
            TableChange alter = new TableChange.Alter(table, false, false, steps);
            DdlEvent event = new DdlEvent("", List.of(alter), List.of(), "", "", 0, "");
            notes.put(KEY + table, Base64.getEncoder().encodeToString(DdlCodec.encode(event)));
        });
        return notes;
    }

    static boolean isNote(String key) {
        return key.startsWith(KEY);
    }

    static void restore(String note, Map<TableId, List<AlterStep>> copies) {
        DdlEvent event = DdlCodec.decode(Base64.getDecoder().decode(note));
        TableChange.Alter alter = (TableChange.Alter) event.changes().get(0);
        copies.put(alter.table(), alter.steps());
    }
}
