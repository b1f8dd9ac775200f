using Binnacle.Api;

namespace Binnacle.Rendering;

/// <summary>Which Secrets and ConfigMaps a stack and its resources refer to. Pure: reading them is somebody else's part.</summary>
public static class References
{
    /// <summary>All keys of Secrets that a render would ask for.</summary>
    public static IReadOnlyCollection<ContentKey> Secrets(
        MonitoringStack stack,
        IEnumerable<ScrapeTarget> targets,
        IEnumerable<HealthProbe> probes
    )
    {
        var keys = new HashSet<ContentKey>();
        var home = stack.Metadata.Namespace ?? "";
        foreach (var channel in stack.Spec.Alerting.Channels)
        {
            Add(keys, home, channel.PagerDuty?.RoutingKeyRef);
            Add(keys, home, channel.Slack?.WebhookRef);
            Add(keys, home, channel.Webhook?.UrlRef);
            Add(keys, home, channel.Email?.AuthRef);
        }

        foreach (var target in targets)
        {
            var own = target.Metadata.Namespace ?? "";
            var authorization = target.Spec.Authorization;
            Add(keys, own, authorization?.BearerTokenRef);
            Add(keys, own, authorization?.BasicAuthRef);
            Add(keys, own, authorization?.OAuth2?.ClientSecretRef);
            Add(keys, own, target.Spec.Tls);
        }

        foreach (var probe in probes)
        {
            var own = probe.Metadata.Namespace ?? "";
            Add(keys, own, probe.Spec.Http?.BasicAuthRef);
            Add(keys, own, probe.Spec.Http?.BearerTokenRef);
            Add(keys, own, probe.Spec.Http?.Tls);
            Add(keys, own, probe.Spec.Tcp?.Tls);
            Add(keys, own, probe.Spec.Tls);
            Add(keys, own, probe.Spec.Grpc?.Tls);
        }

        return keys;
    }

    /// <summary>All keys of ConfigMaps that a render would ask for.</summary>
    public static IReadOnlyCollection<ContentKey> ConfigMaps(IEnumerable<Dashboard> dashboards) =>
        [
            .. dashboards
                .Where(dashboard => dashboard.Spec.ConfigMapRef is not null)
                .Select(dashboard => new ContentKey(
                    dashboard.Metadata.Namespace ?? "",
                    dashboard.Spec.ConfigMapRef!.Name,
                    dashboard.Spec.ConfigMapRef.Key
                )),
        ];

    private static void Add(HashSet<ContentKey> keys, string home, SecretKeyRef? reference)
    {
        if (reference is not null)
        {
            keys.Add(new ContentKey(home, reference.Name, reference.Key));
        }
    }

    private static void Add(HashSet<ContentKey> keys, string home, BasicAuthRef? reference)
    {
        if (reference is not null)
        {
            keys.Add(new ContentKey(home, reference.Name, reference.UsernameKey));
            keys.Add(new ContentKey(home, reference.Name, reference.PasswordKey));
        }
    }

    private static void Add(HashSet<ContentKey> keys, string home, TlsOptions? tls)
    {
        Add(keys, home, tls?.CaRef);
        Add(keys, home, tls?.CertRef);
        Add(keys, home, tls?.KeyRef);
    }
}
