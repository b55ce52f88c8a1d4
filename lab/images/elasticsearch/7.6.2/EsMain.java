import java.nio.file.Paths;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.reindex.ReindexPlugin;
import org.elasticsearch.node.Node;
import org.elasticsearch.transport.Netty4Plugin;

/** One Elasticsearch 7.6 node with HTTP and reindex, until the process is told to stop. */
public final class EsMain extends Node {
  private EsMain(Environment environment) {
    super(environment, Arrays.asList(Netty4Plugin.class, ReindexPlugin.class), true);
  }

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.builder().putProperties(LabSettings.read(arguments), name -> name).build();
    Environment environment = new Environment(settings, Paths.get(settings.get("path.home"), "config"));
    // 7.x prints the node's name in every line and wants it before the first
    LogConfigurator.setNodeName(settings.get("node.name"));
    LogConfigurator.configure(environment);
    EsMain node = new EsMain(environment);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception e) {
        e.printStackTrace();
      }
      stopped.countDown();
    }));
    try {
      node.start();
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
    stopped.await();
  }
}
