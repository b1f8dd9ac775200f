using System.Globalization;
using System.Text;
using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Node.Pods;

/// <summary>A container cannot be started for what its environment refers to; the message is for its status.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>The environment variables of a container.</summary>
internal sealed class EnvironmentBuilder(IKubernetesClient client, Uri? apiServer)
{
    /// <summary>Reads what the variables refer to, as it is now.</summary>
    /// <exception cref="ContainerConfigException">A reference that is not optional leads nowhere.</exception>
    public async Task<Dictionary<string, string>> BuildAsync(
        Pod pod,
        Container container,
        PodPlacement placement,
        IReadOnlyDictionary<string, string> imageEnvironment,
        CancellationToken cancellationToken
    )
    {
        var result = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/",
            ["HOSTNAME"] = pod.Spec?.Hostname ?? pod.Metadata.Name ?? "",
        };
        if (apiServer is not null)
        {
            var port = apiServer.Port.ToString(CultureInfo.InvariantCulture);
            result["KUBERNETES_SERVICE_HOST"] = apiServer.Host;
            result["KUBERNETES_SERVICE_PORT"] = port;
            result["KUBERNETES_SERVICE_PORT_HTTPS"] = port;
        }

        foreach (var (name, value) in imageEnvironment)
        {
            result[name] = value;
        }

        var ns = pod.Metadata.Namespace ?? "";
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (name, value) in await FromAsync(source, ns, cancellationToken))
            {
                result[name] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            if (variable.ValueFrom is null)
            {
                result[variable.Name] = VariableExpansion.Expand(variable.Value ?? "", result);
            }
            else if (
                await ReferenceAsync(variable.ValueFrom, pod, container, placement, cancellationToken) is { } value
            )
            {
                result[variable.Name] = value;
            }
        }

        return result;
    }

    private async Task<IEnumerable<(string Name, string Value)>> FromAsync(
        JsonElement source,
        string ns,
        CancellationToken cancellationToken
    )
    {
        var prefix = source.TryGetProperty("prefix", out var given) ? given.GetString() : "";
        var isMap = source.TryGetProperty("configMapRef", out var reference);
        if (!isMap && !source.TryGetProperty("secretRef", out reference))
        {
            return [];
        }

        var name = reference.TryGetProperty("name", out var n) ? n.GetString() ?? "" : "";
        var optional = reference.TryGetProperty("optional", out var o) && o.GetBoolean();
        var data = isMap
            ? await MapAsync(new ObjectKey(ns, name), cancellationToken)
            : await SecretAsync(new ObjectKey(ns, name), cancellationToken);
        return data is not null ? data.Select(d => (prefix + d.Key, d.Value))
            : optional ? []
            : throw new ContainerConfigException($"{(isMap ? "configmap" : "secret")} \"{name}\" not found");
    }

    private async Task<string?> ReferenceAsync(
        EnvVarSource source,
        Pod pod,
        Container container,
        PodPlacement placement,
        CancellationToken cancellationToken
    )
    {
        var ns = pod.Metadata.Namespace ?? "";
        switch (source)
        {
            case { FieldRef: { } field }:
                return PodFields.Find(pod, placement, field.FieldPath ?? "")
                    ?? throw new ContainerConfigException($"unsupported fieldPath: {field.FieldPath}");
            case { ConfigMapKeyRef: { } key }:
                return Pick(await MapAsync(new ObjectKey(ns, key.Name ?? ""), cancellationToken), "configmap", key, ns);
            case { SecretKeyRef: { } key }:
                return Pick(await SecretAsync(new ObjectKey(ns, key.Name ?? ""), cancellationToken), "secret", key, ns);
            case { ResourceFieldRef: { } resource }:
                return ResourceQuantities.Find(container, resource)
                    ?? throw new ContainerConfigException($"unsupported resourceFieldRef: {resource.GetRawText()}");
            default:
                return null;
        }
    }

    private static string? Pick(IReadOnlyDictionary<string, string>? data, string kind, KeySelector key, string ns)
    {
        if (data is not null && data.TryGetValue(key.Key ?? "", out var value))
        {
            return value;
        }

        return key.Optional == true ? null
            : data is null ? throw new ContainerConfigException($"{kind} \"{key.Name}\" not found")
            : throw new ContainerConfigException($"couldn't find key {key.Key} in {kind} {ns}/{key.Name}");
    }

    private async Task<IReadOnlyDictionary<string, string>?> MapAsync(
        ObjectKey key,
        CancellationToken cancellationToken
    ) =>
        await client.FindAsync<ConfigMap>(key, cancellationToken) is { } map
            ? map.Data ?? new Dictionary<string, string>()
            : null;

    private async Task<IReadOnlyDictionary<string, string>?> SecretAsync(
        ObjectKey key,
        CancellationToken cancellationToken
    ) =>
        await client.FindAsync<Secret>(key, cancellationToken) is { } secret
            ? (secret.Data ?? new Dictionary<string, byte[]>()).ToDictionary(
                d => d.Key,
                d => Encoding.UTF8.GetString(d.Value)
            )
            : null;
}
