using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Faults of a pod spec that would otherwise only show on a node.</summary>
internal static class PodSpecRules
{
    /// <summary>Collects the faults; <c>otherVolumes</c> are those that the pod gets besides its own, for example out of claims.</summary>
    public static void Validate(
        JsonObject? spec,
        string path,
        List<FieldIssue> issues,
        params IEnumerable<string> otherVolumes
    )
    {
        var volumes = Names(spec, "volumes", $"{path}.volumes", issues);
        volumes.UnionWith(otherVolumes);
        if (spec.Arr("containers") is not { Count: > 0 })
        {
            issues.Add(FieldIssue.Required($"{path}.containers"));
        }

        Names(spec, "containers", $"{path}.containers", issues);
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var index = 0;
            foreach (var container in spec.Objects(list))
            {
                Container(container, $"{path}.{list}[{index++}]", volumes, issues);
            }
        }

        VolumeRules.Validate(spec, $"{path}.volumes", issues);
        if (
            spec.Str("dnsPolicy")
            is { } dns
                and not ("ClusterFirstWithHostNet" or "ClusterFirst" or "Default" or "None")
        )
        {
            issues.Add(
                FieldIssue.NotSupported(
                    $"{path}.dnsPolicy",
                    dns,
                    "ClusterFirst",
                    "ClusterFirstWithHostNet",
                    "Default",
                    "None"
                )
            );
        }

        if (spec.Str("restartPolicy") is { } policy and not ("Always" or "OnFailure" or "Never"))
        {
            issues.Add(FieldIssue.NotSupported($"{path}.restartPolicy", policy, "Always", "OnFailure", "Never"));
        }
    }

    private static void Container(JsonObject container, string path, HashSet<string> volumes, List<FieldIssue> issues)
    {
        if (string.IsNullOrEmpty(container.Str("image")))
        {
            issues.Add(FieldIssue.Required($"{path}.image"));
        }

        var index = 0;
        var mountPaths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in container.Objects("volumeMounts"))
        {
            var at = $"{path}.volumeMounts[{index++}]";
            if (mount.Str("name") is not { Length: > 0 } name)
            {
                issues.Add(FieldIssue.Required($"{at}.name"));
            }
            else if (!volumes.Contains(name))
            {
                issues.Add(FieldIssue.NotFound($"{at}.name", name));
            }

            if (mount.Str("mountPath") is not { Length: > 0 } mountPath)
            {
                issues.Add(FieldIssue.Required($"{at}.mountPath"));
            }
            else if (!mountPaths.Add(mountPath))
            {
                issues.Add(FieldIssue.Invalid($"{at}.mountPath", mountPath, "must be unique"));
            }
        }

        ContainerRules.Validate(container, path, issues);
    }

    private static HashSet<string> Names(JsonObject? spec, string list, string path, List<FieldIssue> issues)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in spec.Objects(list))
        {
            var at = $"{path}[{index++}].name";
            if (item.Str("name") is not { Length: > 0 } name)
            {
                issues.Add(FieldIssue.Required(at));
            }
            else if (NameRules.Label(name) is { } wrong)
            {
                issues.Add(FieldIssue.Invalid(at, name, wrong));
            }
            else if (!names.Add(name))
            {
                issues.Add(FieldIssue.Duplicate(at, name));
            }
        }

        return names;
    }
}
