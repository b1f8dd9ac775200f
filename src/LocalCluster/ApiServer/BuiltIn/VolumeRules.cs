using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Faults of the volumes of a pod.</summary>
internal static class VolumeRules
{
    // What a source cannot do without.
    private static readonly (string Source, string Field)[] Needed =
    [
        ("configMap", "name"),
        ("secret", "secretName"),
        ("persistentVolumeClaim", "claimName"),
        ("hostPath", "path"),
    ];

    public static void Validate(JsonObject? spec, string path, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var volume in spec.Objects("volumes"))
        {
            var at = $"{path}[{index++}]";
            var sources = volume.Select(field => field.Key).Where(name => name != "name").ToList();
            if (sources.Count == 0)
            {
                issues.Add(FieldIssue.Required(at, "must specify a volume type"));
            }

            // In the order in which a real server looks at them: emptyDir comes before the rest.
            foreach (var more in sources.OrderBy(name => name == "emptyDir" ? 0 : 1).Skip(1))
            {
                issues.Add(FieldIssue.Forbidden($"{at}.{more}", "may not specify more than 1 volume type"));
            }

            foreach (var (source, field) in Needed)
            {
                if (volume.Obj(source) is { } value && string.IsNullOrEmpty(value.Str(field)))
                {
                    issues.Add(FieldIssue.Required($"{at}.{source}.{field}"));
                }
            }
        }
    }
}
