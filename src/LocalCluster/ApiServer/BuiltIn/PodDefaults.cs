using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>What Kubernetes fills into a pod spec, on its own or in a template.</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject? spec)
    {
        if (spec is null)
        {
            return;
        }

        spec.Default("restartPolicy", "Always");
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("securityContext", new JsonObject());
        if (spec.Str("serviceAccountName") is { } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.Str("serviceAccount") is { } old)
        {
            spec["serviceAccountName"] = old;
        }

        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            Container(container);
        }

        foreach (var volume in spec.Objects("volumes"))
        {
            Volume(volume);
        }
    }

    private static void Container(JsonObject container)
    {
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", PullPolicy(container.Str("image") ?? ""));
        foreach (var port in container.Objects("ports"))
        {
            port.Default("protocol", "TCP");
        }

        foreach (var variable in container.Objects("env"))
        {
            if (variable.At("valueFrom", "fieldRef") is JsonObject field)
            {
                field.Default("apiVersion", "v1");
            }
        }

        Resources(container.Ensure("resources"));
        foreach (var name in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            Probe(container.Obj(name));
        }

        foreach (var hook in new[] { "postStart", "preStop" })
        {
            HttpGet(container.At("lifecycle", hook, "httpGet") as JsonObject);
        }
    }

    private static void Resources(JsonObject resources)
    {
        if (resources.Obj("limits") is not { } limits)
        {
            return;
        }

        var requests = resources.Ensure("requests");
        foreach (var (name, value) in limits)
        {
            requests.Default(name, value?.DeepClone());
        }
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
        {
            return;
        }

        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        HttpGet(probe.Obj("httpGet"));
    }

    private static void HttpGet(JsonObject? get)
    {
        get?.Default("path", "/");
        get?.Default("scheme", "HTTP");
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.Count == 1)
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in new[] { "secret", "configMap", "projected", "downwardAPI" })
        {
            volume.Obj(source)?.Default("defaultMode", 420);
        }

        volume.Obj("hostPath")?.Default("type", "");
        foreach (var item in volume.Obj("downwardAPI").Objects("items"))
        {
            item.Obj("fieldRef")?.Default("apiVersion", "v1");
        }

        foreach (var source in volume.Obj("projected").Objects("sources"))
        {
            source.Obj("serviceAccountToken")?.Default("expirationSeconds", 3600);
            foreach (var item in source.Obj("downwardAPI").Objects("items"))
            {
                item.Obj("fieldRef")?.Default("apiVersion", "v1");
            }
        }
    }

    private static string PullPolicy(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return "IfNotPresent";
        }

        var last = image[(image.LastIndexOf('/') + 1)..];
        var tag = last.IndexOf(':', StringComparison.Ordinal);
        return tag < 0 || last[(tag + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }
}
