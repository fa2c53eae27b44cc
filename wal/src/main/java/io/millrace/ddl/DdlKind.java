package io.millrace.ddl;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The kinds of DDL that a task tells apart. One statement may be of several. */
public enum DdlKind {
    CREATE_TABLE,
    DROP_TABLE,
    RENAME_TABLE,
    TRUNCATE_TABLE,
    ADD_COLUMN,
    DROP_COLUMN,
    RENAME_COLUMN,
    ALTER_COLUMN_TYPE,
    /** Indexes, keys, comments, partitions, engines. */
    OTHER;

    /** All kinds of a statement, in the order of this enum. */
    public static Set<DdlKind> of(List<TableChange> changes) {
        EnumSet<DdlKind> kinds = EnumSet.noneOf(DdlKind.class);
        for (TableChange change : changes) {
            if (change instanceof TableChange.Create) {
                kinds.add(CREATE_TABLE);
            } else if (change instanceof TableChange.Drop || change instanceof TableChange.DropDatabase) {
                kinds.add(DROP_TABLE);
            } else if (change instanceof TableChange.Rename) {
                kinds.add(RENAME_TABLE);
            } else if (change instanceof TableChange.Truncate) {
                kinds.add(TRUNCATE_TABLE);
            } else if (change instanceof TableChange.Alter alter) {
                alter.steps().forEach(step -> kinds.add(of(step)));
            } else {
                kinds.add(OTHER);
            }
        }
        if (kinds.isEmpty()) {
            kinds.add(OTHER);
        }
        return kinds;
    }

    private static DdlKind of(AlterStep step) {
        if (step instanceof AlterStep.AddColumn) {
            return ADD_COLUMN;
        }
        if (step instanceof AlterStep.DropColumn) {
            return DROP_COLUMN;
        }
        if (step instanceof AlterStep.RenameColumn) {
            return RENAME_COLUMN;
        }
        if (step instanceof AlterStep.ChangeColumn change) {
            boolean isRenamed =
                    !change.column().equalsIgnoreCase(change.definition().name());
            return isRenamed ? RENAME_COLUMN : ALTER_COLUMN_TYPE;
        }
        if (step instanceof AlterStep.ConvertCharset) {
            return ALTER_COLUMN_TYPE;
        }
        return step instanceof AlterStep.RenameTo ? RENAME_TABLE : OTHER;
    }
}
