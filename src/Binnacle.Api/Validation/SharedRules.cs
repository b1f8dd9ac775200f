using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>A reference to a Secret.</summary>
internal sealed class SecretKeyRefRules : AbstractValidator<SecretKeyRef>
{
    public SecretKeyRefRules()
    {
        RuleFor(reference => reference.Name).NotBlank("name the Secret");
        RuleFor(reference => reference.Key).NotBlank("name the key inside the Secret");
    }
}

/// <summary>A reference to a login.</summary>
internal sealed class BasicAuthRefRules : AbstractValidator<BasicAuthRef>
{
    public BasicAuthRefRules()
    {
        RuleFor(reference => reference.Name).NotBlank("name the Secret");
        RuleFor(reference => reference.UsernameKey)
            .NotBlank("name the key of the user name, or leave it out for username");
        RuleFor(reference => reference.PasswordKey)
            .NotBlank("name the key of the password, or leave it out for password");
    }
}

/// <summary>TLS options.</summary>
internal sealed class TlsRules : AbstractValidator<TlsOptions>
{
    public TlsRules()
    {
        RuleFor(tls => tls.CaRef!).SetValidator(new SecretKeyRefRules());
        RuleFor(tls => tls.CertRef!).SetValidator(new SecretKeyRefRules());
        RuleFor(tls => tls.KeyRef!).SetValidator(new SecretKeyRefRules());
        RuleFor(tls => tls.ServerName).Check(Addresses.HostProblem);
        RuleFor(tls => tls)
            .Custom(
                (tls, context) =>
                {
                    if (tls.CertRef is null != tls.KeyRef is null)
                    {
                        context.Fail(
                            context.Below(tls.CertRef is null ? "CertRef" : "KeyRef"),
                            "certRef and keyRef go together: give both for a client certificate, or neither"
                        );
                    }
                    if (tls is { InsecureSkipVerify: true, CaRef: not null })
                    {
                        context.Warn(
                            context.Below("InsecureSkipVerify"),
                            "the server's certificate is not checked at all, so caRef has no effect"
                        );
                    }
                }
            );
    }
}

/// <summary>A reference to a key of a ConfigMap.</summary>
internal sealed class ConfigMapKeyRefRules : AbstractValidator<ConfigMapKeyRef>
{
    public ConfigMapKeyRefRules()
    {
        RuleFor(reference => reference.Name).NotBlank("name the ConfigMap");
        RuleFor(reference => reference.Key).NotBlank("name the key inside the ConfigMap");
    }
}
