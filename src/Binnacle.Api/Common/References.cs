using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>One value of a Secret in the same namespace.</summary>
public sealed record SecretKeyRef
{
    /// <summary>Name of the Secret, in the namespace of the object that refers to it. Example: <c>slack-webhook</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Key inside the Secret's data. Example: <c>url</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Key
    {
        get => field ?? "";
        init;
    }
}

/// <summary>One value of a ConfigMap in the same namespace.</summary>
public sealed record ConfigMapKeyRef
{
    /// <summary>Name of the ConfigMap, in the namespace of the object that refers to it. Example: <c>checkout-dashboards</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Key inside the ConfigMap's data. Example: <c>overview.json</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Key
    {
        get => field ?? "";
        init;
    }
}

/// <summary>User name and password from a Secret (of type <c>kubernetes.io/basic-auth</c>, unless the keys say otherwise).</summary>
public sealed record BasicAuthRef
{
    /// <summary>Name of the Secret, in the namespace of the object that refers to it. Example: <c>smtp-login</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Key of the user name inside the Secret.</summary>
    [Size(Min = 1, Max = 253)]
    public string UsernameKey
    {
        get => field ?? "username";
        init;
    }

    /// <summary>Key of the password inside the Secret.</summary>
    [Size(Min = 1, Max = 253)]
    public string PasswordKey
    {
        get => field ?? "password";
        init;
    }
}

/// <summary>Names a MonitoringStack.</summary>
public sealed record StackRef
{
    /// <summary>Name of the MonitoringStack. Example: <c>main</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253)]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>Namespace of the MonitoringStack. Default: the namespace of the object that refers to it.</summary>
    [Size(Min = 1, Max = 63)]
    public string? Namespace { get; init; }
}
