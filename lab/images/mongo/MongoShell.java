import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands in for the shell `mongo` of 3.6: of JavaScript it knows the one question that is put to it, a value for each line of the answer. */
public final class MongoShell {
  private static final Pattern DISTINCT =
      Pattern.compile("db\\.(\\w+)\\.distinct\\(\"(\\w+)\"\\)\\.forEach\\(function \\((\\w+)\\) \\{ print\\(\\3\\) \\}\\)");

  public static void main(String[] arguments) {
    String database = "test";
    String code = "";
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--eval")) code = arguments[++i];
      else if (!arguments[i].startsWith("--")) database = arguments[i];
    }
    Matcher asked = DISTINCT.matcher(code);
    if (!asked.matches()) {
      System.err.println("SyntaxError: this stand-in cannot read: " + code);
      System.exit(1);
    }
    try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:27017/?serverSelectionTimeoutMS=10000")) {
      for (String value : client.getDatabase(database).getCollection(asked.group(1)).distinct(asked.group(2), String.class)) {
        System.out.println(value);
      }
    }
  }
}
