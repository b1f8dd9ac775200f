using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>Whether a credential plugin may ask a person.</summary>
public enum ExecInteractiveMode
{
    /// <summary>It gets no terminal.</summary>
    Never,

    /// <summary>It gets the terminal when there is one.</summary>
    IfAvailable,

    /// <summary>It is not run without a terminal.</summary>
    Always,
}

/// <summary>
/// A program that prints credentials
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). What it gave
/// is used until it expires or the server answers 401.
/// </summary>
/// <param name="ApiVersion"><c>client.authentication.k8s.io/v1</c> or <c>…/v1beta1</c>.</param>
/// <param name="Command">A path, or a name to be found in PATH.</param>
public sealed record ExecCredentialPlugin(string ApiVersion, string Command)
{
    internal const string V1 = "client.authentication.k8s.io/v1";
    internal const string V1Beta1 = "client.authentication.k8s.io/v1beta1";

    /// <summary>Passed as they are: no shell is involved.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Set on top of our own environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it may ask a person.</summary>
    public ExecInteractiveMode InteractiveMode { get; init; } = ExecInteractiveMode.IfAvailable;

    /// <summary>Tell it about the cluster, in <c>spec.cluster</c> of <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>
    /// <c>spec.cluster.config</c>: the cluster's extension <c>client.authentication.k8s.io/exec</c>.
    /// </summary>
    public JsonElement? ClusterConfig { get; init; }

    /// <summary>How to install it, shown when it is not there.</summary>
    public string? InstallHint { get; init; }

    /// <summary>
    /// After which it is ended; default one minute. One that may ask a person gets at least five minutes.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The command alone: arguments and environment may hold secrets.</summary>
    public override string ToString() => Command;
}
