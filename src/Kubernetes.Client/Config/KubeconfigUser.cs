using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>What a kubeconfig's user says: who we are, and as whom we act.</summary>
internal static class KubeconfigUser
{
    /// <summary>The configuration of the cluster, completed.</summary>
    public static KubernetesClientConfiguration Read(
        KubeconfigEntry user,
        KubeconfigEntry cluster,
        KubernetesClientConfiguration configuration
    )
    {
        RefuseAuthProvider(user);
        var certificate = user.Pem("client-certificate");
        var key = user.Pem("client-key");
        if (certificate is null != key is null)
        {
            throw user.Fault(
                certificate is null ? "client-certificate" : "client-key",
                "is missing: a client certificate needs both"
            );
        }
        var read = configuration with
        {
            ClientCertificate = certificate,
            ClientKey = key,
            Token = user.Text("token"),
            TokenFile = user.FilePath("tokenFile"),
            Username = user.Text("username"),
            Password = user.Text("password"),
            Exec = user.Child("exec") is { } exec ? Exec(exec, cluster) : null,
            Impersonate = Impersonate(user),
        };
        if (read.Password is not null && read.Username is null)
        {
            throw user.Fault("username", "is missing: there is a password");
        }
        return read.Username is not null && (read.Token ?? read.TokenFile) is not null
            ? throw user.Fault("username", "contradicts the token: only one of them can be sent")
            : read;
    }

    private static Impersonation? Impersonate(KubeconfigEntry user)
    {
        if (user.Text("as") is not { } name)
        {
            var without = Array.Find(["as-uid", "as-groups", "as-user-extra"], user.Has);
            return without is null ? null : throw user.Fault(without, "needs 'as', the user whom it belongs to");
        }
        var extra = user.Child("as-user-extra");
        return new Impersonation(name)
        {
            Uid = user.Text("as-uid"),
            Groups = user.Texts("as-groups"),
            Extra =
                extra?.Json.EnumerateObject().ToDictionary(field => field.Name, field => extra.Texts(field.Name)) ?? [],
        };
    }

    private static ExecCredentialPlugin Exec(KubeconfigEntry exec, KubeconfigEntry cluster)
    {
        var version = exec.Text("apiVersion") ?? throw exec.Fault("apiVersion", $"is missing, expected {Versions}");
        if (version is not (ExecCredentialPlugin.V1 or ExecCredentialPlugin.V1Beta1))
        {
            throw exec.Fault("apiVersion", $"is '{version}', expected {Versions}; update the plugin");
        }
        var command = exec.Text("command") ?? throw exec.Fault("command", "is missing");
        return new ExecCredentialPlugin(version, IsPath(command) ? exec.Absolute(command) : command)
        {
            Args = exec.Texts("args"),
            Env = Env(exec),
            InteractiveMode = InteractiveMode(exec, version),
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
            ClusterConfig = KubeconfigCluster.ExecConfig(cluster),
            InstallHint = exec.Text("installHint"),
        };
    }

    private const string Versions = $"{ExecCredentialPlugin.V1} or {ExecCredentialPlugin.V1Beta1}";

    /// <summary>A bare name is looked for in PATH, all else in the kubeconfig's folder.</summary>
    private static bool IsPath(string command) =>
        command.Contains('/', StringComparison.Ordinal)
        || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static Dictionary<string, string> Env(KubeconfigEntry exec)
    {
        var variables = new Dictionary<string, string>();
        foreach (var variable in exec.Children("env"))
        {
            var name = variable.Text("name") ?? throw variable.Fault("name", "is missing");
            // The last one wins, as in a process's environment.
            variables[name] = variable.Text("value") ?? "";
        }
        return variables;
    }

    private static ExecInteractiveMode InteractiveMode(KubeconfigEntry exec, string version) =>
        exec.Text("interactiveMode") switch
        {
            "Never" => ExecInteractiveMode.Never,
            "IfAvailable" => ExecInteractiveMode.IfAvailable,
            "Always" => ExecInteractiveMode.Always,
            null when version == ExecCredentialPlugin.V1Beta1 => ExecInteractiveMode.IfAvailable,
            null => throw exec.Fault("interactiveMode", "is missing, expected Never, IfAvailable or Always"),
            var other => throw exec.Fault("interactiveMode", $"is '{other}', expected Never, IfAvailable or Always"),
        };

    private static void RefuseAuthProvider(KubeconfigEntry user)
    {
        if (!user.Has("auth-provider"))
        {
            return;
        }
        var provider = user.Json.GetProperty("auth-provider");
        var name =
            provider.ValueKind == JsonValueKind.Object && provider.TryGetProperty("name", out var text)
                ? text.ToString()
                : "";
        var instead = name switch
        {
            "gcp" => "use the plugin gke-gcloud-auth-plugin: gcloud container clusters get-credentials writes that",
            "azure" => "use the plugin kubelogin: kubelogin convert-kubeconfig writes that",
            "oidc" => "use an exec plugin for OpenID Connect such as kubectl oidc-login",
            _ => "use an exec plugin, a client certificate, a token or a tokenFile",
        };
        throw user.Fault("auth-provider", $"('{name}') is not supported, Kubernetes removed it in 1.26: {instead}");
    }
}
