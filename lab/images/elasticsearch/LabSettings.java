import java.util.Map;
import java.util.TreeMap;

/** The settings of the node: what the official image has in its file, then the environment, then the arguments. */
final class LabSettings {
  private LabSettings() {}

  static Map<String, String> read(String[] arguments) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("path.home", "/usr/share/elasticsearch");
    settings.put("cluster.name", "docker-cluster");
    settings.put("network.host", "0.0.0.0");
    settings.put("node.name", System.getenv().getOrDefault("HOSTNAME", "elasticsearch"));
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      boolean setting = variable.getKey().matches("[a-z0-9_]+\\.[a-z0-9_.]+");
      if (setting && !variable.getValue().isEmpty()) put(settings, variable.getKey(), variable.getValue());
    }
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      put(settings, argument.substring(0, equals), argument.substring(equals + 1));
    }
    return settings;
  }

  /** x-pack and Painless are not among the server's own jars: without them their settings would be refused as unknown. */
  private static void put(Map<String, String> settings, String name, String value) {
    if (name.startsWith("xpack.") || name.startsWith("script.painless.")) {
      System.out.println("lab: setting " + name + " is dropped: this build has neither x-pack nor Painless");
    } else {
      settings.put(name, value);
    }
  }
}
