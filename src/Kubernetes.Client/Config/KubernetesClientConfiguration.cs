namespace Kubernetes.Client;

/// <summary>Where an API server is, whom it is trusted by, and as whom to speak to it.</summary>
public sealed record KubernetesClientConfiguration
{
    /// <summary>Base address, with or without a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>The context's namespace: where objects without one belong; default <c>default</c>.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Whose certificates are trusted; null: those that the machine trusts.</summary>
    public PemSource? CertificateAuthority { get; init; }

    /// <summary>Our certificate, with intermediates, when we authenticate by one; needs <see cref="ClientKey"/>.</summary>
    public PemSource? ClientCertificate { get; init; }

    /// <summary>The key of <see cref="ClientCertificate"/>: PKCS#8, PKCS#1 or SEC1, not encrypted.</summary>
    public PemSource? ClientKey { get; init; }

    /// <summary>A bearer token; <see cref="TokenFile"/> wins where both are set and the file can be read.</summary>
    public string? Token { get; init; }

    /// <summary>A file with a bearer token, read again once a minute and when the server answers 401.</summary>
    public string? TokenFile { get; init; }

    /// <summary>With <see cref="Password"/>, for servers and proxies in front of them that know basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>The password of <see cref="Username"/>.</summary>
    public string? Password { get; init; }

    /// <summary>A program that prints credentials; not asked where there is a token or a password.</summary>
    public ExecCredentialPlugin? Exec { get; init; }

    /// <summary>As whom to act; null: as whom we authenticate.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>
    /// The proxy on the way to the server: <c>http</c>, <c>https</c> or <c>socks5</c>, with user and password where it
    /// wants them; null: none. <see cref="Load"/> and <see cref="InCluster"/> take <c>HTTPS_PROXY</c> and
    /// <c>NO_PROXY</c> into account.
    /// </summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>Ask for answers that are not compressed: where the network is fast and the processors are not.</summary>
    public bool DisableCompression { get; init; }

    /// <summary>The name that the server's certificate must have; null: the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Trust any certificate. Everybody on the way can then read and change everything.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>
    /// Sent with every request, seen in audit logs; the part before the slash is the default field manager. Default:
    /// <c>program/version (os/architecture) component/commit</c>.
    /// </summary>
    public string UserAgent { get; init; } = UserAgents.Default();

    /// <summary>How long one try of one request may take, watches apart; default 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many requests, watches and retries included, are sent at most; null (default): no limit.</summary>
    public RequestRate? Rate { get; init; }

    /// <summary>Where this comes from, for messages.</summary>
    public string Source { get; init; } = "code";

    /// <summary>
    /// Finds the cluster as kubectl does: the given file, else the files of <c>KUBECONFIG</c> (merged), else
    /// <c>~/.kube/config</c>, else the pod's own cluster.
    /// </summary>
    /// <param name="kubeconfigPath">A kubeconfig file; it must exist.</param>
    /// <param name="context">The context to take instead of <c>current-context</c>.</param>
    /// <exception cref="KubernetesConfigurationException">There is none, or it is wrong.</exception>
    public static KubernetesClientConfiguration Load(string? kubeconfigPath = null, string? context = null) =>
        ConfigurationLoader.Load(ConfigurationEnvironment.Current, kubeconfigPath, context);

    /// <summary>The cluster that this process runs in as a pod, as the pod's service account.</summary>
    /// <exception cref="KubernetesConfigurationException">This process does not run in a pod.</exception>
    public static KubernetesClientConfiguration InCluster() =>
        ConfigurationLoader.InCluster(ConfigurationEnvironment.Current);

    /// <summary>The server for messages: a password may stand in its address.</summary>
    internal string Address =>
        Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Server and source; no secrets.</summary>
    public override string ToString() => $"{Address} ({Source})";
}
