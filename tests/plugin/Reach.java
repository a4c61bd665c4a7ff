package reach;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.UserFunction;

/** Functions as plugins have them: they write files, call addresses and run any Cypher, in a session that reads. */
public class Reach {
    @Context
    public Transaction transaction;

    @UserFunction("reach.version")
    public String version() {
        return "1";
    }

    @UserFunction("reach.write")
    public String write(@Name("path") String path) throws Exception {
        Files.writeString(Path.of(path), "written");
        return path;
    }

    @UserFunction("reach.call")
    public String call(@Name("port") long port) throws Exception {
        new Socket("127.0.0.1", (int) port).close();
        return "called";
    }

    @UserFunction("reach.cypher.run")
    public Object run(@Name("text") String text) {
        return transaction.execute(text, Map.of()).stream().findFirst().orElse(null);
    }
}
