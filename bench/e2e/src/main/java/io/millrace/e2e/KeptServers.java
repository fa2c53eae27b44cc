package io.millrace.e2e;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.datasource.DataSource;
import io.millrace.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The servers after the demo, for who wants to look around: how to reach them, and the files with which the other commands work
 * on them. Confined to one thread.
 */
final class KeptServers {
    private final DemoServers servers;
    private final Path directory;

    private KeptServers(DemoServers servers, Path directory) {
        this.servers = servers;
        this.directory = directory;
    }

    static KeptServers of(DemoServers servers, TaskSpec task, Path directory) throws IOException {
        Path files = directory.resolve("datasources.yaml");
        Files.createFile(files, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(files, entry(servers.sourceData()) + entry(servers.targetData()), StandardCharsets.UTF_8);
        Files.writeString(
                directory.resolve("task.yaml"),
                "name: " + task.name() + "\nsource: shop\ntarget: warehouse\ntables: [" + Shop.DATABASE + ".*]\n",
                StandardCharsets.UTF_8);
        return new KeptServers(servers, directory);
    }

    private static String entry(DataSource server) {
        return server.name() + ":\n  type: " + server.type() + "\n  host: " + server.host() + "\n  port: "
                + server.port()
                + (server.database().isEmpty() ? "" : "\n  database: " + server.database())
                + "\n  user: " + server.user() + "\n  password: '"
                + server.password().reveal().replace("'", "''") + "'\n";
    }

    void untilEnter(Terminal terminal) throws IOException {
        terminal.note("");
        terminal.note("The servers go on until Enter or Ctrl-C. User and password stand in "
                + directory.resolve("datasources.yaml"));
        terminal.note("  " + servers.sourceData().type() + "  "
                + servers.sourceData().host() + ":" + servers.sourceData().port() + "  database " + Shop.DATABASE);
        DataSource target = servers.targetData();
        terminal.note("  " + target.type() + "  " + target.host() + ":" + target.port() + "  database "
                + (target.database().isEmpty() ? Shop.DATABASE : target.database() + ", schema " + Shop.DATABASE));
        terminal.note("Go on replicating:  engine/bin/millrace run " + directory.resolve("task.yaml") + " --data-dir "
                + directory.resolve("data"));
        if (System.in.read() < 0) {
            terminal.note("no terminal: ending");
        }
    }
}
