import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.Arrays;
import java.util.List;

/** Stands in for mongod 3.6.5: its wire protocol, its start options, its data in /data/db. */
public final class MongoMain {
  private static final List<String> PARAMETERS = List.of("internalQueryExecMaxBlockingSortBytes", "enableTestCommands");

  public static void main(String[] arguments) {
    String path = "/data/db";
    int port = 27017;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--dbpath")) path = arguments[++i];
      else if (arguments[i].equals("--port")) port = Integer.parseInt(arguments[++i]);
      else if (arguments[i].equals("--setParameter")) checkParameter(arguments[++i]);
    }
    H2Backend backend = new Backend(path + "/lab.mv");
    backend.version(new Version());
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
    server.bind("0.0.0.0", port);
    System.out.println("waiting for connections on port " + port);
  }

  /** mongod ends at a parameter it does not know, which is what a compose file of another Mongo major runs into. */
  private static void checkParameter(String text) {
    String name = text.split("=", 2)[0];
    if (PARAMETERS.contains(name)) return;
    System.err.println("BadValue: Illegal --setParameter parameter: \"" + name + "\"");
    System.exit(1);
  }

  /** Adds the one command that tells which format the data has. */
  private static final class Backend extends H2Backend {
    private Backend(String file) {
      super(file);
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
      if (!command.equalsIgnoreCase("getParameter")) return super.handleCommand(channel, database, command, query);
      return new Document("featureCompatibilityVersion", new Document("version", "3.6")).append("ok", 1.0);
    }
  }

  private static final class Version implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return Arrays.asList(3, 6, 5, 0);
    }

    @Override
    public String toVersionString() {
      return "3.6.5";
    }

    @Override
    public int getWireVersion() {
      return 6;
    }
  }
}
